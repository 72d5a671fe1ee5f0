"""Nearest neighbors among the points of a space, and where a new point lies on its map."""

import numpy as np

NUM_ANCHORS = 5
"""Nearest neighbors that decide where a new image lies on a map without axes."""


def nearest_neighbors(
    vectors: np.ndarray, query: np.ndarray, *, k: int, without: int | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Find the `k` points of `vectors` [N, F] nearest to `query` [F], by Euclidean distance.

    Returns their indices, nearest first, and their distances. The point `without` is left out: the
    image itself is among the points.
    """
    # In float64 and by differences: from inner products, the distance to the point itself is not 0.
    distances = np.sqrt(np.square(vectors - query, dtype=np.float64).sum(axis=1))
    if without is not None:
        distances[without] = np.inf
    nearest = np.argsort(distances, kind="stable")[:k]
    nearest = nearest[np.isfinite(distances[nearest])]
    return nearest, distances[nearest]


def place_on_map(vectors: np.ndarray, positions: np.ndarray, query: np.ndarray) -> np.ndarray:
    """Place a new point on a map that has no axes, float [2].

    t-SNE and UMAP give positions [N, 2] to the points they were computed from alone. A new one is
    put between its nearest neighbors, the nearer the closer.
    """
    indices, distances = nearest_neighbors(vectors, query, k=NUM_ANCHORS)
    weights = 1 / np.maximum(distances, 1e-6)
    position: np.ndarray = np.average(positions[indices], axis=0, weights=weights)
    return position
