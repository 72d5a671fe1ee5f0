"""Each test starts with no data, no runs and empty caches."""

import pytest


@pytest.fixture(autouse=True)
def _empty_lab(empty_lab):
    pass
