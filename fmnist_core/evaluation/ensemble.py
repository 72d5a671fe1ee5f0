"""Several models together: their soft vote, and the images that all of them misclassify."""

import numpy as np


def soft_vote(probabilities: np.ndarray) -> np.ndarray:
    """Average the models' probabilities: [N, 10] from [M, N, 10]."""
    mean: np.ndarray = probabilities.mean(axis=0)
    return mean


def misclassified_by_all(
    probabilities: np.ndarray, predictions: np.ndarray, labels: np.ndarray
) -> np.ndarray:
    """Return the indices of images that every model misclassifies, most confident first.

    Probabilities [M, N, 10], predicted classes int [M, N], labels int [N]; the confidence is that
    of the soft vote.
    """
    wrong = (predictions != labels).all(axis=0)
    (indices,) = np.nonzero(wrong)
    confidence = soft_vote(probabilities).max(axis=1)
    return indices[np.argsort(-confidence[indices], kind="stable")]
