"""Paired tests, intervals and Holm's correction: by hand, and against scipy."""

import numpy as np
import pytest
from scipy.stats import binomtest, bootstrap

from fmnist_core.evaluation.significance import (
    accuracy_interval,
    compare_all_pairs,
    holm,
    mcnemar_test,
)

LABELS = np.zeros(10, dtype=int)
FIRST = np.array([0, 0, 0, 0, 0, 0, 0, 0, 1, 2])
SECOND = np.array([0, 0, 0, 1, 1, 1, 1, 1, 0, 3])


def test_mcnemar_by_hand():
    test = mcnemar_test(LABELS, FIRST, SECOND)
    assert (test.both_correct, test.only_first, test.only_second, test.both_wrong) == (3, 5, 1, 1)
    assert test.num_differing == 7
    assert test.difference == pytest.approx(0.4)
    # At least five of six, or at most one: 2 (6 + 1) / 64.
    assert test.p_value == pytest.approx(14 / 64)
    assert not test.significant


def test_swapped_models_swap_the_sign():
    forward, backward = mcnemar_test(LABELS, FIRST, SECOND), mcnemar_test(LABELS, SECOND, FIRST)
    assert forward.difference == -backward.difference
    assert forward.p_value == backward.p_value


def test_same_predictions_do_not_differ():
    test = mcnemar_test(LABELS, FIRST, FIRST)
    assert (test.p_value, test.difference, test.num_differing) == (1, 0, 0)
    assert (test.interval.low, test.interval.high) == (0, 0)


def test_large_difference_is_significant():
    test = mcnemar_test(np.zeros(200, dtype=int), np.zeros(200, dtype=int), np.arange(200) % 2)
    assert test.significant
    assert test.interval.low > 0


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


def test_wilson_interval_by_hand():
    # Wilson with z = 1.96: (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n), p = 0.9, n = 100.
    interval = accuracy_interval(90, 100)
    assert interval.low == pytest.approx(0.8256, abs=1e-4)
    assert interval.high == pytest.approx(0.9448, abs=1e-4)


def test_wilson_interval_covers_as_often_as_it_claims():
    inside = 0
    for num_correct in np.random.default_rng(0).binomial(500, 0.93, size=400):
        interval = accuracy_interval(int(num_correct), 500)
        inside += interval.low <= 0.93 <= interval.high
    assert binomtest(inside, 400, 0.95).pvalue > 0.01


@pytest.mark.parametrize(
    ("p_values", "adjusted"),
    [
        ([], []),
        ([0.03], [0.03]),
        # 3 × 0.01, 2 × 0.02, and 1 × 0.03 raised to the one before it.
        ([0.01, 0.02, 0.03], [0.03, 0.04, 0.04]),
        ([0.04, 0.01, 0.03], [0.06, 0.03, 0.06]),
        ([0.5, 0.6], [1.0, 1.0]),
        ([0.01, 0.01, 0.04, 0.03], [0.04, 0.04, 0.06, 0.06]),
    ],
)
def test_holm_by_hand(p_values, adjusted):
    assert holm(p_values) == pytest.approx(adjusted)


def test_holm_holds_the_chance_of_any_false_positive():
    p_values = np.random.default_rng(0).random((2000, 15))
    false_alarms = sum(min(holm(list(row))) < 0.05 for row in p_values)
    assert false_alarms / 2000 == pytest.approx(0.05, abs=0.015)
    assert (p_values.min(axis=1) < 0.05).mean() > 0.5  # without the correction


def test_pairs_are_adjusted_together():
    predictions = np.zeros((3, 200), dtype=int)
    predictions[1, :6] = 1
    predictions[2, :12] = 1
    tests = compare_all_pairs(np.zeros(200, dtype=int), predictions)
    assert list(tests) == [(0, 1), (0, 2), (1, 2)]
    # 2 / 2⁶ is significant alone, but not as one of three: it is doubled.
    assert tests[0, 1].p_value == pytest.approx(2 / 64)
    assert tests[0, 1].adjusted_p_value == pytest.approx(4 / 64)
    assert not tests[0, 1].significant
    assert tests[0, 2].significant
