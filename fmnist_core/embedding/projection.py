"""Principal component analysis to two dimensions, and aligning one map with another."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, kw_only=True, eq=False)
class Projection:
    """The two directions in which points spread most."""

    mean: np.ndarray
    """[F]."""
    components: np.ndarray
    """Orthonormal [2, F]; the larger spread first."""
    explained: np.ndarray
    """The fraction of the variance along each, [2]."""

    def project(self, vectors: np.ndarray) -> np.ndarray:
        """Positions [N, 2] of points [N, F]."""
        positions: np.ndarray = (vectors - self.mean) @ self.components.T
        return positions


def fit_pca(vectors: np.ndarray) -> Projection:
    """Fit a PCA to points [N, F]; in a direction without spread, all lie at 0.

    Only two eigenvectors of the covariance are computed, which takes 0.1 s for 784 pixels. The
    largest weight of each is positive, so that a map is never mirrored by chance.
    """
    from scipy import linalg

    mean = vectors.mean(axis=0)
    centered = (vectors - mean).astype(np.float64)
    covariance = centered.T @ centered / max(1, len(vectors) - 1)
    size = len(covariance)
    if size == 1:  # a network with a single feature
        components = np.array([[1.0], [0.0]])
        return Projection(mean=mean, components=components, explained=np.array([1.0, 0.0]))
    values, columns = linalg.eigh(covariance, subset_by_index=[size - 2, size - 1])
    components = columns.T[::-1]
    largest = np.abs(components).argmax(axis=1)
    components = components * np.sign(components[[0, 1], largest])[:, None]
    total = max(float(np.trace(covariance)), 1e-12)
    return Projection(mean=mean, components=components, explained=values[::-1].clip(0) / total)


def align(positions: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Rotate and mirror positions [N, 2] about their center to lie as near `reference` as they can.

    Orthogonal Procrustes: sizes and distances stay, so maps of two epochs can be compared.
    """
    from scipy.linalg import orthogonal_procrustes

    center, target = positions.mean(axis=0), reference.mean(axis=0)
    rotation, _ = orthogonal_procrustes(positions - center, reference - target)
    aligned: np.ndarray = (positions - center) @ rotation + center
    return aligned


def to_unit_square(positions: np.ndarray) -> tuple[np.ndarray, float]:
    """The center [2] and the scale that put positions [N, 2] into the square from -1 to 1."""
    center = (positions.min(axis=0) + positions.max(axis=0)) / 2
    return center, 1 / max(float(np.abs(positions - center).max()), 1e-12)
