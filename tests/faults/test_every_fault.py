"""Each fault of the benchmark, injected once: nothing is lost."""

import pytest

from fmnist_core.bench import faults
from fmnist_core.bench.faults import FAULTS


@pytest.mark.parametrize("key", FAULTS)
def test_nothing_is_lost(key):
    row, problems = faults.inject(FAULTS[key], times=1)
    assert problems == ()
    assert row["times"] >= 1
