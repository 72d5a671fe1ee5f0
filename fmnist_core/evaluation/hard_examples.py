"""Rank test images by how hard they are for the models."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

MIN_PROBABILITY = 1e-7
"""Stored probabilities are float16: smaller ones are stored as 0, whose logarithm is infinite."""


def mean_losses(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Compute the cross-entropy in nats [N], averaged over models.

    Probabilities [M, N, 10], labels int [N].
    """
    of_true_class = probabilities[:, np.arange(len(labels)), labels]
    mean: np.ndarray = -np.log(np.clip(of_true_class, MIN_PROBABILITY, 1)).mean(axis=0)
    return mean


def max_wrong_probabilities(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the highest probability that any model gives to any wrong class, [N]."""
    wrong = probabilities.copy()
    wrong[:, np.arange(len(labels)), labels] = 0
    highest: np.ndarray = wrong.max(axis=(0, 2))
    return highest


def jensen_shannon_divergences(
    probabilities: np.ndarray,
    labels: np.ndarray,  # noqa: ARG001
) -> np.ndarray:
    """Compute how much the models disagree, in nats [N]; 0 where all are the same."""
    from scipy.stats import entropy

    entropy_of_mean = entropy(probabilities.mean(axis=0), axis=1)
    mean_entropy = entropy(probabilities, axis=2).mean(axis=0)
    divergences: np.ndarray = np.maximum(entropy_of_mean - mean_entropy, 0)
    return divergences


MEASURES: Mapping[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = MappingProxyType(
    {
        "loss": mean_losses,
        "confidence": max_wrong_probabilities,
        "disagreement": jensen_shannon_divergences,
    }
)
"""By key: from probabilities [M, N, 10] and labels [N] to a difficulty for each image, [N]."""


def rank_hardest(probabilities: np.ndarray, labels: np.ndarray, *, measure: str) -> np.ndarray:
    """Return the indices of all images, hardest first; ties stay in the order of the data."""
    return np.argsort(-MEASURES[measure](probabilities, labels), kind="stable")
