"""Distances to classes whose means and spread are known."""

import numpy as np
import pytest
from scipy.spatial.distance import mahalanobis

from fmnist_core.evaluation import ood

WIDTH = 12
"""Features; fewer than the directions that are kept, so that the distance is exact."""


@pytest.fixture(scope="module")
def clusters():
    """Ten classes of one shape around means of their own: features, labels, validation."""
    rng = np.random.default_rng(0)
    means = rng.normal(0, 5, (10, WIDTH))
    shape = rng.normal(0, 1, (WIDTH, WIDTH))
    labels = rng.integers(0, 10, 4000)
    features = means[labels] + rng.normal(0, 1, (4000, WIDTH)) @ shape
    return features[:3000], labels[:3000], features[3000:]


def test_distance_is_mahalanobis(clusters):
    features, labels, validation = clusters
    detector = ood.fit(features, labels, validation_features=validation)
    means = np.stack([features[labels == label].mean(axis=0) for label in range(10)])
    differences = features - means[labels]
    covariance = differences.T @ differences / len(features)
    covariance += ood.SHRINKAGE * np.trace(covariance) / WIDTH * np.eye(WIDTH)
    inverse = np.linalg.inv(covariance)
    for point, distance in zip(validation[:20], detector.distances(validation[:20]), strict=True):
        nearest = min(mahalanobis(point, mean, inverse) for mean in means)
        assert distance == pytest.approx(nearest / WIDTH**0.5, rel=1e-3)


def test_threshold_leaves_the_familiar_share(clusters):
    features, labels, validation = clusters
    detector = ood.fit(features, labels, validation_features=validation)
    fraction = (detector.distances(validation) <= detector.threshold).mean()
    assert fraction == pytest.approx(ood.THRESHOLD_QUANTILE, abs=0.002)


def test_what_lies_elsewhere_is_far(clusters):
    features, labels, validation = clusters
    detector = ood.fit(features, labels, validation_features=validation)
    assert (detector.distances(validation[:50] + 30) > detector.threshold).all()


def test_more_features_than_directions(clusters):
    rng = np.random.default_rng(1)
    wide = [np.hstack([part, rng.normal(0, 0.3, (len(part), 100))]) for part in clusters[::2]]
    detector = ood.fit(wide[0], clusters[1], validation_features=wide[1])
    assert detector.directions.shape == (ood.MAX_DIRECTIONS, WIDTH + 100)
    assert np.median(detector.distances(wide[1])) == pytest.approx(1, abs=0.1)


def test_nothing_where_nothing_can_be_measured(clusters):
    features, labels, validation = clusters
    broken = np.where(np.arange(WIDTH) == 3, np.nan, features)
    assert ood.fit(broken, labels, validation_features=validation) is None
    few = labels < 9
    assert ood.fit(features[few], labels[few], validation_features=validation) is None


def test_features_without_spread_do_not_divide_by_zero():
    labels = np.arange(100) % 10
    features = np.eye(10)[labels]
    detector = ood.fit(features, labels, validation_features=features)
    assert np.isfinite(detector.distances(np.ones((1, 10)))).all()
