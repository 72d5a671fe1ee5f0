"""How far an image lies from what a model was trained on, in the space of its features.

The Mahalanobis distance to the nearest class (Lee et al. 2018, arXiv:1807.03888): classes have a
mean each and share one covariance, here by its strongest directions, so that it is small enough to
ship. A softmax always answers something; this says when to doubt it.
"""

from dataclasses import dataclass, replace

import numpy as np

from fmnist_core.fashion_mnist import NUM_CLASSES

MOST_DIRECTIONS = 64
SHRINKAGE = 1e-3
"""Of the mean variance, added to each, so that a direction without any does not decide alone."""
FAMILIAR_SHARE = 0.95
"""Of validation images, how many count as familiar: the threshold is set by it."""


@dataclass(frozen=True, kw_only=True)
class MahalanobisDetector:
    """What a model's features [F] are like on its training images."""

    means: np.ndarray
    """Float32 [10, F], one a class."""
    directions: np.ndarray
    """Float32 [D, F], orthonormal: those in which features vary most about their class's mean."""
    variances: np.ndarray
    """Float32 [D + 1]: along each of them, and along any other one."""
    threshold: float
    """Distance above which an image counts as unlike the training images."""

    def distances(self, features: np.ndarray) -> np.ndarray:
        """To the nearest class, float32 [N], for features [N, F]; 1 is usual, without a unit."""
        known = features.astype(np.float32)
        squares = np.stack([self._squares(known - mean) for mean in self.means])
        nearest: np.ndarray = np.sqrt(squares.min(axis=0) / features.shape[1])
        return nearest

    def _squares(self, differences: np.ndarray) -> np.ndarray:
        along = differences @ self.directions.T
        rest = np.maximum((differences**2).sum(axis=1) - (along**2).sum(axis=1), 0)
        total: np.ndarray = (along**2 / self.variances[:-1]).sum(axis=1) + rest / self.variances[-1]
        return total


def fit(
    features: np.ndarray, labels: np.ndarray, *, validation_features: np.ndarray
) -> MahalanobisDetector | None:
    """From features [N, F] and labels [N] of training images; the threshold from validation's.

    `None` where features are not finite or a class is missing.
    """
    known = features.astype(np.float64)
    if not (np.isfinite(known).all() and np.isfinite(validation_features).all()):
        return None
    if len(np.unique(labels)) < NUM_CLASSES:
        return None
    means = np.stack([known[labels == label].mean(axis=0) for label in range(NUM_CLASSES)])
    differences = known - means[labels]
    variances, vectors = np.linalg.eigh(differences.T @ differences / len(known))
    strongest = np.argsort(variances)[::-1][:MOST_DIRECTIONS]
    others = np.delete(variances, strongest)
    kept = np.append(variances[strongest], others.mean() if others.size else 0.0)
    found = MahalanobisDetector(
        means=means.astype(np.float32),
        directions=np.ascontiguousarray(vectors[:, strongest].T, dtype=np.float32),
        variances=(kept + SHRINKAGE * variances.mean() + 1e-12).astype(np.float32),
        threshold=0.0,
    )
    distances = found.distances(validation_features)
    return replace(found, threshold=float(np.quantile(distances, FAMILIAR_SHARE)))
