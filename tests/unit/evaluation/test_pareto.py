"""The Pareto front, worked by hand."""

import numpy as np
import pytest

from fmnist_core.evaluation.pareto import pareto_front


@pytest.mark.parametrize(
    ("costs", "accuracies", "front"),
    [
        ([], [], []),
        ([1, 2, 3], [0.8, 0.9, 0.85], [0, 1]),
        ([3, 2, 1], [0.9, 0.9, 0.9], [2]),
        ([1, 1], [0.8, 0.9], [1]),
        ([2, 2], [0.9, 0.9], [0]),
    ],
)
def test_pareto_front_holds_what_nothing_beats(costs, accuracies, front):
    assert pareto_front(np.array(costs), np.array(accuracies)) == front
