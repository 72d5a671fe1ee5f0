"""Out-of-distribution detection in the space of a model's features.

The score is the Mahalanobis distance to the nearest class (Lee et al. 2018, arXiv:1807.03888):
each class has its own mean and all share one covariance, of which only the leading directions are
stored, so that a detector is small enough to ship. A softmax always predicts some class; this
score says when not to trust the prediction.
"""

from dataclasses import dataclass, replace

import numpy as np

from fmnist_core.fashion_mnist import NUM_CLASSES

MAX_DIRECTIONS = 64
SHRINKAGE = 1e-3
"""Fraction of the mean variance added to each variance, so that a direction without any variance
does not dominate the distance.
"""
THRESHOLD_QUANTILE = 0.95
"""Fraction of the validation images that count as in-distribution: it sets the threshold."""


@dataclass(frozen=True, kw_only=True)
class MahalanobisDetector:
    """The distribution of a model's features [F] on its training images."""

    means: np.ndarray
    """float32 [10, F], one per class."""
    directions: np.ndarray
    """float32 [D, F], orthonormal: the directions of largest variance around the class means."""
    variances: np.ndarray
    """float32 [D + 1]: along each direction, and the mean along all others."""
    threshold: float
    """Distance above which an image counts as out of distribution."""

    def distances(self, features: np.ndarray) -> np.ndarray:
        """Compute the distance to the nearest class, float32 [N], from features [N, F].

        It has no unit; 1 is typical for training images.
        """
        features = features.astype(np.float32)
        squares = np.stack([self._squared_distances(features - mean) for mean in self.means])
        distances: np.ndarray = np.sqrt(squares.min(axis=0) / features.shape[1])
        return distances

    def _squared_distances(self, differences: np.ndarray) -> np.ndarray:
        along = differences @ self.directions.T
        rest = np.maximum((differences**2).sum(axis=1) - (along**2).sum(axis=1), 0)
        total: np.ndarray = (along**2 / self.variances[:-1]).sum(axis=1) + rest / self.variances[-1]
        return total


def fit(
    features: np.ndarray, labels: np.ndarray, *, validation_features: np.ndarray
) -> MahalanobisDetector | None:
    """Fit a detector to training features [N, F] and labels int [N].

    The threshold comes from the validation features. Returns `None` if a feature is not finite or
    a class has no image.
    """
    features = features.astype(np.float64)
    if not (np.isfinite(features).all() and np.isfinite(validation_features).all()):
        return None
    if len(np.unique(labels)) < NUM_CLASSES:
        return None
    means = np.stack([features[labels == label].mean(axis=0) for label in range(NUM_CLASSES)])
    differences = features - means[labels]
    variances, vectors = np.linalg.eigh(differences.T @ differences / len(features))
    leading = np.argsort(variances)[::-1][:MAX_DIRECTIONS]
    others = np.delete(variances, leading)
    stored = np.append(variances[leading], others.mean() if others.size else 0.0)
    detector = MahalanobisDetector(
        means=means.astype(np.float32),
        directions=np.ascontiguousarray(vectors[:, leading].T, dtype=np.float32),
        variances=(stored + SHRINKAGE * variances.mean() + 1e-12).astype(np.float32),
        threshold=0.0,
    )
    distances = detector.distances(validation_features)
    return replace(detector, threshold=float(np.quantile(distances, THRESHOLD_QUANTILE)))
