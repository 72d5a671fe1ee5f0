"""Each test has an empty lab: no data, no runs, no cache of another test."""

import pytest


@pytest.fixture(autouse=True)
def _empty_lab(empty_lab):
    pass
