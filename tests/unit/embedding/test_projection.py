"""PCA is scikit-learn's, and maps are aligned without bending them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.decomposition import PCA

from fmnist_core.embedding.projection import align, fit_pca, to_unit_square


def points(num_points: int = 80, num_features: int = 7, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(num_points, num_features)) * np.arange(1, num_features + 1)).astype(
        np.float32
    )


@pytest.mark.parametrize("num_features", [2, 7, 30])
def test_pca_is_that_of_scikit_learn(num_features):
    vectors = points(num_features=num_features)
    fitted, reference = fit_pca(vectors), PCA(2).fit(vectors)
    assert np.allclose(np.abs(fitted.components), np.abs(reference.components_), atol=1e-4)
    assert np.allclose(fitted.explained, reference.explained_variance_ratio_, atol=1e-5)
    expected = np.abs(reference.transform(vectors))
    assert np.allclose(np.abs(fitted.project(vectors)), expected, atol=1e-3)


def test_largest_weights_are_positive():
    components = fit_pca(points()).components
    assert (components[[0, 1], np.abs(components).argmax(axis=1)] > 0).all()


@pytest.mark.parametrize("vectors", [np.zeros((5, 4), np.float32), points(6, 1), points(1, 3)])
def test_points_without_spread_have_a_place(vectors):
    assert np.isfinite(fit_pca(vectors).project(vectors)).all()


@given(st.floats(0, 6.28), st.booleans())
def test_a_turned_or_mirrored_map_is_turned_back(angle, mirrored):
    original = points(num_features=2)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    turned = original @ turn * ([-1, 1] if mirrored else [1, 1])
    aligned = align(turned, original)
    assert np.allclose(aligned - aligned.mean(axis=0), original - original.mean(axis=0), atol=1e-3)


@pytest.mark.parametrize("vectors", [points(num_features=2), np.zeros((3, 2))])
def test_a_map_fits_the_square(vectors):
    center, scale = to_unit_square(vectors)
    assert np.abs((vectors - center) * scale).max() <= 1 + 1e-6
