"""Several models at once, worked by hand."""

import numpy as np
import pytest

from fmnist_core.compare_page import cost
from fmnist_core.evaluation import ensemble


def one_hot(*answers: int, sure: float = 1.0) -> np.ndarray:
    probabilities = np.full((len(answers), 10), (1 - sure) / 9)
    probabilities[np.arange(len(answers)), answers] = sure
    return probabilities


def test_soft_vote_goes_to_the_surer_one():
    both = np.stack([one_hot(1, sure=0.9), one_hot(2, sure=0.6)])
    assert ensemble.soft_vote(both).argmax(axis=1) == [1]
    assert ensemble.soft_vote(both).sum() == pytest.approx(1)


def test_wrong_for_all_the_surest_first():
    labels = np.array([0, 0, 0])
    both = np.stack([one_hot(1, 0, 3, sure=0.6), one_hot(2, 5, 3, sure=0.9)])
    assert list(ensemble.misclassified_by_all(both, labels)) == [2, 0]


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
def test_front_holds_whom_nobody_beats(costs, accuracies, front):
    assert cost.pareto_front(costs, accuracies) == front
