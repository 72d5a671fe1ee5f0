"""Nearest neighbors are scikit-learn's; new points lie among theirs."""

import numpy as np
from sklearn.neighbors import NearestNeighbors

from fmnist_core.embedding.neighbors import nearest_neighbors, place_on_map

VECTORS = np.random.default_rng(0).normal(size=(50, 6)).astype(np.float32)


def test_neighbors_are_those_of_scikit_learn():
    reference = NearestNeighbors(n_neighbors=5).fit(VECTORS)
    expected_distances, expected = reference.kneighbors(VECTORS[:1])
    indices, distances = nearest_neighbors(VECTORS, VECTORS[0], k=5)
    assert indices.tolist() == expected[0].tolist()
    assert np.allclose(distances, expected_distances[0], atol=1e-5)


def test_the_image_itself_is_left_out():
    indices, _ = nearest_neighbors(VECTORS, VECTORS[7], k=50, without=7)
    assert 7 not in indices
    assert len(indices) == 49


def test_a_point_of_the_map_is_placed_where_it_is():
    positions = VECTORS[:, :2]
    assert np.allclose(place_on_map(VECTORS, positions, VECTORS[3]), positions[3], atol=1e-3)


def test_a_new_point_is_placed_between_its_neighbors():
    positions = VECTORS[:, :2]
    placed = place_on_map(VECTORS, positions, VECTORS[3] + 0.3)
    nearest, _ = nearest_neighbors(VECTORS, VECTORS[3] + 0.3, k=5)
    low, high = positions[nearest].min(axis=0), positions[nearest].max(axis=0)
    assert ((low <= placed) & (placed <= high)).all()
