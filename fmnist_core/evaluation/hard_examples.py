"""Which test images are hard, and the reasons to call them so."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

TINY = 1e-7
"""Stored probabilities are float16: smaller ones are kept as 0."""


def losses(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Cross-entropy in nats [N], the mean over models: probabilities [M, N, 10], labels int [N]."""
    of_truth = probabilities[:, np.arange(len(labels)), labels]
    mean: np.ndarray = -np.log(np.clip(of_truth, TINY, 1)).mean(axis=0)
    return mean


def wrong_confidences(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The highest probability that any model gives to any wrong class, [N]."""
    wrong = probabilities.copy()
    wrong[:, np.arange(len(labels)), labels] = 0
    highest: np.ndarray = wrong.max(axis=(0, 2))
    return highest


def disagreements(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:  # noqa: ARG001
    """Jensen-Shannon divergence between the models in nats, [N]; 0 where all say the same."""
    from scipy.stats import entropy

    together = entropy(probabilities.mean(axis=0), axis=1)
    alone = entropy(probabilities, axis=2).mean(axis=0)
    divergence: np.ndarray = np.maximum(together - alone, 0)
    return divergence


MEASURES: Mapping[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = MappingProxyType(
    {"loss": losses, "confidence": wrong_confidences, "disagreement": disagreements}
)
"""By key: from probabilities [M, N, 10] and labels [N] to how hard each image is, [N]."""


def hardest(probabilities: np.ndarray, labels: np.ndarray, *, measure: str) -> np.ndarray:
    """Every image's index, hardest first; ties stay in the data's order."""
    return np.argsort(-MEASURES[measure](probabilities, labels), kind="stable")
