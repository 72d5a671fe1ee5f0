"""Is one model really better than another? Both have answered the same images.

From four counts alone: how many images both have right, only one of them, or none.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

LEVEL = 0.95
"""Of every interval here."""
NUM_RESAMPLES = 10_000
SEED = 0


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A confidence interval at `LEVEL`."""

    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class PairedTest:
    """Two models on the same test images."""

    both_right: int
    only_first: int
    """Images that the first has right and the second has wrong."""
    only_second: int
    both_wrong: int
    num_differing: int
    """Images to which they give different answers, be both wrong or one right."""
    p_value: float
    """Of the exact McNemar test (McNemar 1947): the chance of a division at least as uneven as
    `only_first` to `only_second` if both were equally good.
    """
    interval: Interval
    """Of the difference in accuracy, first minus second: percentiles of a paired bootstrap over
    images (Efron and Tibshirani 1993).
    """

    @property
    def num_images(self) -> int:
        return self.both_right + self.only_first + self.only_second + self.both_wrong

    @property
    def difference(self) -> float:
        """Accuracy of the first minus that of the second."""
        return (self.only_first - self.only_second) / self.num_images

    @property
    def real(self) -> bool:
        """Whether chance alone would hardly do it."""
        return self.p_value < 1 - LEVEL


def accuracy_interval(num_right: int, num_images: int) -> Interval:
    """Wilson's score interval of an accuracy (Wilson 1927)."""
    from scipy.stats import binomtest

    found = binomtest(num_right, num_images).proportion_ci(LEVEL, method="wilson")
    return Interval(low=float(found.low), high=float(found.high))


def mcnemar_test(labels: np.ndarray, first: np.ndarray, second: np.ndarray) -> PairedTest:
    """Two models' answers int [N] to the same N images, at least one, with `labels` int [N]."""
    from scipy.stats import binomtest

    first_right, second_right = first == labels, second == labels
    only_first = int((first_right & ~second_right).sum())
    only_second = int((second_right & ~first_right).sum())
    both_right = int((first_right & second_right).sum())
    uneven = only_first + only_second
    return PairedTest(
        both_right=both_right,
        only_first=only_first,
        only_second=only_second,
        both_wrong=len(labels) - both_right - uneven,
        num_differing=int((first != second).sum()),
        p_value=float(binomtest(only_first, uneven).pvalue) if uneven else 1.0,
        interval=_bootstrap(only_first, only_second, len(labels)),
    )


@lru_cache(maxsize=1000)
def _bootstrap(only_first: int, only_second: int, num_images: int) -> Interval:
    """To draw N images with replacement is to draw how many of each kind: a multinomial."""
    shares = np.array([only_first, only_second, num_images - only_first - only_second])
    drawn = np.random.default_rng(SEED).multinomial(
        num_images, shares / num_images, size=NUM_RESAMPLES
    )
    differences = (drawn[:, 0] - drawn[:, 1]) / num_images
    low, high = np.quantile(differences, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(low=float(low), high=float(high))
