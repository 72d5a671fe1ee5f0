"""Ensembles, worked by hand."""

import numpy as np
import pytest

from fmnist_core.evaluation import ensemble


def probabilities_of(*predictions: int, confidence: float = 1.0) -> np.ndarray:
    probabilities = np.full((len(predictions), 10), (1 - confidence) / 9)
    probabilities[np.arange(len(predictions)), predictions] = confidence
    return probabilities


def test_soft_vote_goes_to_the_more_confident_model():
    both = np.stack([probabilities_of(1, confidence=0.9), probabilities_of(2, confidence=0.6)])
    assert ensemble.soft_vote(both).argmax(axis=1) == [1]
    assert ensemble.soft_vote(both).sum() == pytest.approx(1)


def test_misclassified_by_all_most_confident_first():
    labels = np.array([0, 0, 0])
    both = np.stack(
        [probabilities_of(1, 0, 3, confidence=0.6), probabilities_of(2, 5, 3, confidence=0.9)]
    )
    assert list(ensemble.misclassified_by_all(both, both.argmax(axis=2), labels)) == [2, 0]
