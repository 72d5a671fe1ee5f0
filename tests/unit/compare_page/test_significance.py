"""Is it real? The sentences and the numbers in them."""

import numpy as np
import pytest
from scipy.stats import binomtest

from fmnist_core.compare_page import significance
from fmnist_core.compare_page.html_report import plain_text


def words(contest, pair=(0, 1)):
    found = significance.duel_of(contest, pair)
    said = significance.verdict(contest, pair, found), significance.evidence(contest, pair, found)
    return plain_text(said[0]), plain_text(said[1])


def test_clear_difference_is_real(make_comparison):
    labels = [0] * 100
    verdict, evidence = words(make_comparison(labels, [0] * 90 + [1] * 10, [0] * 60 + [2] * 40))
    assert verdict == "A is really better than B, by 30.00 points."
    assert "answer 40 differently" in evidence
    assert "only A is right on 30, only B on 0, neither on 10" in evidence
    assert "about once in 536,870,912" not in evidence  # beyond a million nobody counts
    assert "less than once in a million times" in evidence


def test_small_difference_may_be_chance(make_comparison):
    labels = [0] * 20
    contest = make_comparison(labels, [0] * 18 + [1] * 2, [0] * 16 + [1] * 2 + [0] * 2)
    assert significance.duel_of(contest, (0, 1)).p_value == 1.0
    contest = make_comparison(labels, [0] * 18 + [1] * 2, [0] * 17 + [1] * 3)
    verdict, evidence = words(contest)
    assert "A is 5.00 points ahead of B, but that may well be chance" in verdict
    assert "in 100% of cases (exact McNemar test, p = 1)" in evidence


def test_the_second_can_be_the_better_one(make_comparison):
    labels = [0] * 100
    verdict, evidence = words(make_comparison(labels, [1] * 40 + [0] * 60, [0] * 100))
    assert verdict.startswith("B is really better than A, by 40.00 points")
    assert "A minus B would lie between −" in evidence.replace("-", "−")


def test_same_answers_are_said_to_be_the_same(make_comparison):
    _, evidence = words(make_comparison([0, 0], [0, 1], [0, 1]))
    assert evidence == "They give the same answer to each of the 2 test images."


def test_equally_many_is_no_difference(make_comparison):
    verdict, _ = words(make_comparison([0, 0], [0, 1], [1, 0]))
    assert verdict == "A and B have equally many right: there is no difference."


@pytest.mark.parametrize(("only_first", "only_second"), [(1, 0), (8, 2), (30, 12), (5, 5)])
def test_p_is_the_exact_one(make_comparison, only_first, only_second):
    labels = [0] * (only_first + only_second + 10)
    first = [0] * only_first + [1] * only_second + [0] * 10
    second = [1] * only_first + [0] * only_second + [0] * 10
    found = significance.duel_of(make_comparison(labels, first, second), (0, 1))
    assert found.p_value == binomtest(only_first, only_first + only_second).pvalue


def test_every_pair_has_its_row(six_runs):
    (table,) = [block for block in significance.report(six_runs) if type(block).__name__ == "Table"]
    assert len(table.rows) == 15
    assert [row["Real"] for row in table.rows if row["First"] == "A" and row["Second"] == "F"] == [
        "yes"
    ]


def test_intervals_are_wilsons(make_comparison):
    contest = make_comparison([0] * 10, [0] * 9 + [1])
    (row,) = significance._intervals(contest).rows["runs"]
    low, high = binomtest(9, 10).proportion_ci(method="wilson")
    assert (row["accuracy"], row["low"], row["high"]) == pytest.approx((0.9, low, high))


def test_names_with_marks_of_markdown_stay_as_they_are(make_comparison):
    contest = make_comparison([0, 0], [0, 0], [1, 1], names=["*A*", "[B](http://x)"])
    verdict, _ = words(contest)
    assert "*A*" in verdict
    assert "[B](http://x)" in verdict
    assert np.all(contest.accuracies == [1, 0])
