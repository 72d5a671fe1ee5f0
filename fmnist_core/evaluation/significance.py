"""Is the difference between two models significant? Both have predicted the same test images.

A paired test needs only four counts: the images that both classify correctly, only one of them, or
neither. When several pairs are tested, their p-values are adjusted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations

import numpy as np

CONFIDENCE_LEVEL = 0.95
"""Of every interval here; 1 minus it is the significance level of the tests."""
NUM_RESAMPLES = 10_000
SEED = 0
Pair = tuple[int, int]
"""Indices of two models."""


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A confidence interval at `CONFIDENCE_LEVEL`."""

    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class PairedTest:
    """A comparison of two models on the same test images."""

    both_correct: int
    only_first: int
    """Images that only the first model classifies correctly."""
    only_second: int
    both_wrong: int
    num_differing: int
    """Images for which they predict different classes, whether one or both are wrong."""
    p_value: float
    """Exact McNemar test (McNemar 1947): the probability of a split at least as uneven as
    `only_first` to `only_second` if both models were equally accurate.
    """
    adjusted_p_value: float
    """Holm-adjusted over all pairs that are tested together; `p_value` for a single pair."""
    interval: Interval
    """Of the difference in accuracy, first minus second: percentiles of a paired bootstrap over
    images (Efron and Tibshirani 1993). Not adjusted for the number of pairs.
    """

    @property
    def num_images(self) -> int:
        return self.both_correct + self.only_first + self.only_second + self.both_wrong

    @property
    def difference(self) -> float:
        """Accuracy of the first model minus that of the second."""
        return (self.only_first - self.only_second) / self.num_images

    @property
    def significant(self) -> bool:
        """Whether the adjusted p-value is below the significance level."""
        return self.adjusted_p_value < 1 - CONFIDENCE_LEVEL

    def swapped(self) -> "PairedTest":
        """Return the same test with the first and the second model exchanged."""
        return replace(
            self,
            only_first=self.only_second,
            only_second=self.only_first,
            interval=Interval(low=-self.interval.high, high=-self.interval.low),
        )


def accuracy_interval(num_correct: int, num_images: int) -> Interval:
    """Compute Wilson's score interval of an accuracy (Wilson 1927)."""
    from scipy.stats import binomtest

    interval = binomtest(num_correct, num_images).proportion_ci(CONFIDENCE_LEVEL, method="wilson")
    return Interval(low=float(interval.low), high=float(interval.high))


def mcnemar_test(labels: np.ndarray, first: np.ndarray, second: np.ndarray) -> PairedTest:
    """Test two models' predictions int [N] of the same N >= 1 images with `labels` int [N]."""
    from scipy.stats import binomtest

    first_correct, second_correct = first == labels, second == labels
    only_first = int((first_correct & ~second_correct).sum())
    only_second = int((second_correct & ~first_correct).sum())
    both_correct = int((first_correct & second_correct).sum())
    num_discordant = only_first + only_second
    p_value = float(binomtest(only_first, num_discordant).pvalue) if num_discordant else 1.0
    return PairedTest(
        both_correct=both_correct,
        only_first=only_first,
        only_second=only_second,
        both_wrong=len(labels) - both_correct - num_discordant,
        num_differing=int((first != second).sum()),
        p_value=p_value,
        adjusted_p_value=p_value,
        interval=_bootstrap_interval(only_first, only_second, len(labels)),
    )


def compare_all_pairs(labels: np.ndarray, predictions: np.ndarray) -> Mapping[Pair, PairedTest]:
    """Test every pair of M models and adjust the p-values; predictions int [M, N].

    In each pair, the lower index comes first.
    """
    pairs = list(combinations(range(len(predictions)), 2))
    tests = [mcnemar_test(labels, predictions[i], predictions[j]) for i, j in pairs]
    adjusted = holm([test.p_value for test in tests])
    return {
        pair: replace(test, adjusted_p_value=p_value)
        for pair, test, p_value in zip(pairs, tests, adjusted, strict=True)
    }


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust p-values for testing several hypotheses at once (Holm 1979).

    Rejecting those with an adjusted p-value below α keeps the probability of at least one false
    positive below α. S. Holm: A simple sequentially rejective multiple test procedure,
    Scandinavian Journal of Statistics 6, 65-70.
    """
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, (len(p_values) - rank) * p_values[index])
        adjusted[index] = min(highest, 1.0)
    return adjusted


@lru_cache(maxsize=1000)
def _bootstrap_interval(only_first: int, only_second: int, num_images: int) -> Interval:
    """Bootstrap the difference in accuracy.

    Drawing N images with replacement means drawing how many of each kind: a multinomial.
    """
    counts = np.array([only_first, only_second, num_images - only_first - only_second])
    samples = np.random.default_rng(SEED).multinomial(
        num_images, counts / num_images, size=NUM_RESAMPLES
    )
    differences = (samples[:, 0] - samples[:, 1]) / num_images
    quantiles = [(1 - CONFIDENCE_LEVEL) / 2, (1 + CONFIDENCE_LEVEL) / 2]
    low, high = np.quantile(differences, quantiles)
    return Interval(low=float(low), high=float(high))
