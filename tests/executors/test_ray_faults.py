"""A node and the head of a Ray cluster die; `bench cluster` kills them, and processes, more often.

What happens to a run whose process dies is tested for every executor.
"""

import pytest

from fmnist_core.bench.cluster import FAULTS
from fmnist_core.bench.faults import inject


@pytest.mark.parametrize("name", [name for name in FAULTS if name != "process"])
def test_nothing_is_lost(name):
    _, problems = inject(FAULTS[name], times=1)
    assert not problems
