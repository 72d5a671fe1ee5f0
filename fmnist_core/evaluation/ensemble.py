"""Several models at once: their averaged answer, what none can, and which are worth their price."""

import numpy as np


def soft_vote(probabilities: np.ndarray) -> np.ndarray:
    """Mean over models, [N, 10] from [M, N, 10]: a soft vote."""
    mean: np.ndarray = probabilities.mean(axis=0)
    return mean


def misclassified_by_all(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Indices of the images that every model gets wrong, the most confident mistakes first.

    Probabilities [M, N, 10], labels int [N].
    """
    wrong = (probabilities.argmax(axis=2) != labels).all(axis=0)
    (found,) = np.nonzero(wrong)
    confidence = soft_vote(probabilities).max(axis=1)
    return found[np.argsort(-confidence[found], kind="stable")]
