"""Parts of a Ray cluster die while runs train; `bench cluster` kills more of them."""

import pytest

from fmnist_core.bench.cluster import FAULTS
from fmnist_core.bench.faults import inject

TIMES = {"process": 2}


@pytest.mark.parametrize("name", FAULTS)
def test_nothing_is_lost(name):
    _, problems = inject(FAULTS[name], times=TIMES.get(name, 1))
    assert not problems
