"""The verdict on two runs: sentences and the numbers in them."""

import numpy as np
import pytest
from scipy.stats import binomtest

from fmnist_core.comparison_report import significance
from fmnist_core.comparison_report.blocks import Chart, Paragraph, Table, flatten
from fmnist_core.comparison_report.html_report import markdown_to_text
from fmnist_core.comparison_report.sections import ReportSource


def sentences(comparison, pair=(0, 1)):
    blocks = significance.significance_blocks(comparison, pair)
    return [
        markdown_to_text(block.text) for block in flatten(blocks) if isinstance(block, Paragraph)
    ]


def test_clear_difference_is_significant(make_comparison):
    labels = [0] * 100
    verdict, evidence = sentences(make_comparison(labels, [0] * 90 + [1] * 10, [0] * 60 + [2] * 40))
    assert verdict == (
        "A is better than B by 30.00 percentage points, and that is unlikely to be luck."
    )
    assert "different classes for 40 of 100 test images" in evidence
    assert "only A is right on 30, only B on 0, neither on 10" in evidence
    assert "by chance less than once in a million" in evidence
    assert "about 1 time in 536,870,912" not in evidence  # Nobody can picture that.


def test_small_difference_is_too_close_to_call(make_comparison):
    labels = [0] * 20
    comparison = make_comparison(labels, [0] * 18 + [1] * 2, [0] * 16 + [1] * 2 + [0] * 2)
    assert significance.run_tests(comparison)[0, 1].p_value == 1.0
    comparison = make_comparison(labels, [0] * 18 + [1] * 2, [0] * 17 + [1] * 3)
    verdict, evidence = sentences(comparison)
    assert verdict == "A is 5.00 percentage points ahead of B, but that's too close to call."
    assert "by chance 100% of the time (exact McNemar test, p = 1)" in evidence


def test_the_second_run_can_be_better(make_comparison):
    comparison = make_comparison([0] * 100, [1] * 40 + [0] * 60, [0] * 100)
    verdict, evidence = sentences(comparison)
    assert verdict.startswith("B is better than A by 40.00 percentage points")
    assert "B minus A would lie between +" in evidence


def test_swapped_pair_has_the_same_verdict(make_comparison):
    comparison = make_comparison([0] * 100, [1] * 40 + [0] * 60, [0] * 100)
    assert sentences(comparison, (1, 0)) == sentences(comparison, (0, 1))


def test_same_predictions(make_comparison):
    _, evidence = sentences(make_comparison([0, 0], [0, 1], [0, 1]))
    assert evidence == "They predict the same class for each of the 2 test images."


def test_same_accuracy_is_no_difference(make_comparison):
    verdict, _ = sentences(make_comparison([0, 0], [0, 1], [1, 0]))
    assert verdict == "A and B classify the same number of images correctly."


@pytest.mark.parametrize(("only_first", "only_second"), [(1, 0), (8, 2), (30, 12), (5, 5)])
def test_p_value_is_exact(make_comparison, only_first, only_second):
    labels = [0] * (only_first + only_second + 10)
    first = [0] * only_first + [1] * only_second + [0] * 10
    second = [1] * only_first + [0] * only_second + [0] * 10
    test = significance.run_tests(make_comparison(labels, first, second))[0, 1]
    assert test.p_value == binomtest(only_first, only_first + only_second).pvalue


def test_several_pairs_are_adjusted(make_comparison):
    # Alone, 6 images to 0 are significant; as one of three pairs they are not.
    third = [0] * 8 + [1] * 12
    comparison = make_comparison([0] * 20, [0] * 20, [0] * 14 + [1] * 6, third)
    verdict, evidence = sentences(comparison)
    assert "too close to call" in verdict
    assert "p = 0.031; adjusted for 3 comparisons, p = 0.062" in evidence


def test_every_pair_has_its_row(six_runs):
    blocks = significance.report_significance(ReportSource(comparison=six_runs))
    (table,) = [block for block in blocks if isinstance(block, Table)]
    assert len(table.rows) == 15
    (row,) = [row for row in table.rows if {row["First"], row["Second"]} == {"A", "F"}]
    assert row["Significant"] == "yes"
    assert all(row["Difference"] >= 0 for row in table.rows)
    assert "adjusted for 15 comparisons" in table.hint


def test_intervals_are_wilsons(make_comparison):
    comparison = make_comparison([0] * 10, [0] * 9 + [1], [0] * 10)
    blocks = flatten(significance.significance_blocks(comparison, (0, 1)))
    chart = next(block for block in blocks if isinstance(block, Chart))
    row = chart.rows["runs"][0]
    low, high = binomtest(9, 10).proportion_ci(method="wilson")
    assert (row["accuracy"], row["low"], row["high"]) == pytest.approx((0.9, low, high))


def test_markdown_in_names_is_escaped(make_comparison):
    comparison = make_comparison([0, 0], [0, 0], [1, 1], names=["*A*", "[B](http://x)"])
    verdict, _ = sentences(comparison)
    assert "*A*" in verdict
    assert "[B](http" in verdict
    assert "http://" not in verdict  # an address in a name becomes no link
    assert np.all(comparison.accuracies == [1, 0])
