"""Statistics of pixels are NumPy's."""

import numpy as np
import pytest

from fmnist_core.evaluation.pixel_statistics import bin_histogram, compute_statistics
from fmnist_core.synthetic.garments import generate_garments

IMAGES, LABELS = generate_garments(60, seed=3)
STATISTICS = compute_statistics(IMAGES, LABELS)


@pytest.mark.parametrize("label", range(10))
def test_mean_and_spread_of_each_class(label):
    of_class = IMAGES[label == LABELS] / 255
    assert np.allclose(STATISTICS.means[label], of_class.mean(axis=0), atol=1e-5)
    assert np.allclose(STATISTICS.deviations[label], of_class.std(axis=0), atol=1e-5)
    assert STATISTICS.counts[label] == len(of_class)


def test_mean_and_spread_of_all_pixels():
    scaled = IMAGES / 255
    assert STATISTICS.mean == pytest.approx(scaled.mean())
    assert STATISTICS.std == pytest.approx(scaled.std())
    assert STATISTICS.black_fraction == pytest.approx((IMAGES == 0).mean())


def test_a_class_without_images_is_black():
    statistics = compute_statistics(IMAGES[:1], LABELS[:1])
    assert statistics.counts.sum() == 1
    assert statistics.means.any(axis=(1, 2)).sum() == 1


def test_bins_hold_all_pixels():
    bins = bin_histogram(STATISTICS.histogram)
    assert sum(fraction for _, fraction in bins) == pytest.approx(1)
    assert 0 < bins[0][0] < bins[-1][0] < 1
