"""Statistics of images: mean and spread of each class, pixel histogram, normalization."""

from dataclasses import dataclass

import numpy as np

from fmnist_core.fashion_mnist import IMAGE_SIZE, NUM_CLASSES

NUM_BINS = 32
"""Bins of the histogram: eight of the 256 values each."""
LEVELS = 256


@dataclass(frozen=True, kw_only=True, eq=False)
class PixelStatistics:
    """Statistics of N images uint8 [N, 28, 28] with labels."""

    counts: np.ndarray
    """Images of each class, int [10]."""
    means: np.ndarray
    """The average image of each class, from 0 to 1, [10, 28, 28]; 0 for a class without images."""
    deviations: np.ndarray
    """The standard deviation of each pixel within each class, [10, 28, 28]."""
    histogram: np.ndarray
    """How many pixels of all images have each value, int [256]."""

    @property
    def mean(self) -> float:
        """Of all pixels, from 0 to 1."""
        return float(self.histogram @ np.arange(LEVELS) / self.histogram.sum() / (LEVELS - 1))

    @property
    def std(self) -> float:
        """Standard deviation of all pixels, from 0 to 1."""
        values = np.arange(LEVELS) / (LEVELS - 1)
        variance = self.histogram @ (values - self.mean) ** 2 / self.histogram.sum()
        return float(np.sqrt(variance))

    @property
    def black_fraction(self) -> float:
        """The fraction of pixels that are 0: the background."""
        return float(self.histogram[0] / self.histogram.sum())


def compute_statistics(images: np.ndarray, labels: np.ndarray) -> PixelStatistics:
    """Compute the statistics of images uint8 [N, 28, 28], N at least 1, class by class.

    55,000 take under a second: sums of integers, no copy of all images in floating point.
    """
    shape = NUM_CLASSES, IMAGE_SIZE, IMAGE_SIZE
    counts = np.bincount(labels, minlength=NUM_CLASSES)
    means, deviations = np.zeros(shape), np.zeros(shape)
    histogram = np.zeros(LEVELS, dtype=np.int64)
    for label in np.flatnonzero(counts):
        of_class = images[labels == label]
        histogram += np.bincount(of_class.reshape(-1), minlength=LEVELS)
        scaled = of_class.astype(np.float32) / (LEVELS - 1)
        means[label] = scaled.mean(axis=0, dtype=np.float64)
        deviations[label] = scaled.std(axis=0, dtype=np.float64)
    return PixelStatistics(counts=counts, means=means, deviations=deviations, histogram=histogram)


def bin_histogram(histogram: np.ndarray) -> list[tuple[float, float]]:
    """The histogram [256] in `NUM_BINS` bins: the middle of each from 0 to 1, and its fraction."""
    width = LEVELS // NUM_BINS
    totals = histogram.reshape(NUM_BINS, width).sum(axis=1)
    middles = (np.arange(NUM_BINS) * width + (width - 1) / 2) / (LEVELS - 1)
    fractions = totals / max(1, int(totals.sum()))
    return [(float(middle), float(part)) for middle, part in zip(middles, fractions, strict=True)]
