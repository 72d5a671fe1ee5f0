"""Is it real: by hand, and against scipy."""

import numpy as np
import pytest
from scipy.stats import binomtest, bootstrap

from fmnist_core.evaluation.significance import accuracy_interval, mcnemar_test

LABELS = np.zeros(10, dtype=int)
FIRST = np.array([0, 0, 0, 0, 0, 0, 0, 0, 1, 2])
SECOND = np.array([0, 0, 0, 1, 1, 1, 1, 1, 0, 3])


def test_counted_by_hand():
    found = mcnemar_test(LABELS, FIRST, SECOND)
    assert (found.both_right, found.only_first, found.only_second, found.both_wrong) == (3, 5, 1, 1)
    assert found.num_differing == 7
    assert found.difference == pytest.approx(0.4)
    # Of six, five or more or one or fewer: 2 (6 + 1) / 64.
    assert found.p_value == pytest.approx(14 / 64)
    assert not found.real


def test_turned_round_it_says_the_opposite():
    ahead, behind = mcnemar_test(LABELS, FIRST, SECOND), mcnemar_test(LABELS, SECOND, FIRST)
    assert ahead.difference == -behind.difference
    assert ahead.p_value == behind.p_value


def test_same_answers_are_no_difference():
    found = mcnemar_test(LABELS, FIRST, FIRST)
    assert (found.p_value, found.difference, found.num_differing) == (1, 0, 0)
    assert (found.interval.low, found.interval.high) == (0, 0)


def test_large_difference_is_real():
    found = mcnemar_test(np.zeros(200, dtype=int), np.zeros(200, dtype=int), np.arange(200) % 2)
    assert found.real
    assert found.interval.low > 0


def test_bootstrap_agrees_with_scipy():
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 10, 2000)
    first = np.where(generator.random(2000) < 0.9, labels, (labels + 1) % 10)
    second = np.where(generator.random(2000) < 0.88, labels, (labels + 2) % 10)
    theirs = bootstrap(
        ((first == labels) * 1.0 - (second == labels),),
        np.mean,
        n_resamples=4000,
        method="percentile",
        rng=np.random.default_rng(1),
    ).confidence_interval
    ours = mcnemar_test(labels, first, second).interval
    assert ours.low == pytest.approx(theirs.low, abs=0.002)
    assert ours.high == pytest.approx(theirs.high, abs=0.002)


def test_interval_of_an_accuracy_worked_by_hand():
    # Wilson with z = 1.96: (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n), p = 0.9, n = 100.
    found = accuracy_interval(90, 100)
    assert found.low == pytest.approx(0.8256, abs=1e-4)
    assert found.high == pytest.approx(0.9448, abs=1e-4)


def test_interval_covers_as_often_as_it_says():
    inside = 0
    for num_right in np.random.default_rng(0).binomial(500, 0.93, size=400):
        found = accuracy_interval(int(num_right), 500)
        inside += found.low <= 0.93 <= found.high
    assert binomtest(inside, 400, 0.95).pvalue > 0.01
