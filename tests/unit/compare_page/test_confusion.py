"""Confusion matrices, their difference and the images behind a cell, worked by hand."""

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from fmnist_core.compare_page import confusion, confusion_cell
from fmnist_core.compare_page.blocks import Chart, flat

LABELS = [0, 0, 0, 0, 6, 6]
FIRST = [0, 0, 6, 6, 6, 0]
SECOND = [0, 6, 0, 6, 0, 0]


@pytest.fixture
def contest(make_comparison):
    return make_comparison(LABELS, FIRST, SECOND)


def charts(blocks):
    return [block for block in flat(blocks) if isinstance(block, Chart)]


def cells(chart):
    return {(row["true"], row["answer"]): row for row in chart.rows["cells"]}


def test_counts_are_scikit_learns(six_runs):
    for place, chart in enumerate(charts(confusion.matrices(six_runs))):
        expected = confusion_matrix(six_runs.labels, six_runs.predictions[place], labels=range(10))
        shown = [int(row["words"] or 0) for row in chart.rows["cells"]]
        assert (np.reshape(shown, (10, 10)) == expected).all()


def test_all_are_on_one_scale(contest):
    first, second = charts(confusion.matrices(contest))
    assert cells(first)["T-shirt/top", "Shirt"]["strength"] == 1
    assert cells(second)["Shirt", "T-shirt/top"]["strength"] == 1
    assert cells(first)["Shirt", "Shirt"]["strength"] == 0.5
    assert cells(first)["T-shirt/top", "Shirt"]["says"] == "T-shirt/top taken for Shirt: 2"


def test_shares_are_of_the_true_class(contest):
    blocks = confusion.matrices(contest, what="shares")
    assert "the darkest cell is 100% of a class" in blocks[0].text
    first, _ = charts(blocks)
    assert cells(first)["T-shirt/top", "Shirt"]["words"] == "50"
    assert cells(first)["Shirt", "Shirt"]["strength"] == 0.5


def test_hidden_diagonal_leaves_the_scale_to_the_mistakes(make_comparison):
    contest = make_comparison([0] * 10, [0] * 9 + [6])
    (chart,) = charts(confusion.matrices(contest, diagonal=False))
    assert ("T-shirt/top", "T-shirt/top") not in cells(chart)
    assert cells(chart)["T-shirt/top", "Shirt"]["strength"] == 1


def test_difference_is_signed(contest):
    shown = cells(confusion.difference(contest, (0, 1)))
    assert shown["Shirt", "Shirt"]["words"] == "+1"
    assert shown["Shirt", "T-shirt/top"]["words"] == "−1"
    assert shown["Shirt", "T-shirt/top"]["sign"] == -1
    assert shown["T-shirt/top", "Shirt"]["words"] == ""


def test_same_answers_differ_in_nothing(make_comparison):
    contest = make_comparison(LABELS, FIRST, FIRST)
    assert {row["words"] for row in confusion.difference(contest, (0, 1)).rows["cells"]} == {""}


def test_images_behind_a_cell(contest):
    assert list(confusion_cell.behind(contest, "0", 0, 6, None)) == [2, 3]
    assert list(confusion_cell.behind(contest, "1", 0, 6, None)) == [1, 3]
    assert list(confusion_cell.behind(contest, confusion_cell.EITHER, 0, 6, (0, 1))) == [1, 2]
    assert list(confusion_cell.behind(contest, "0", 5, 5, None)) == []


def test_commonest_mistakes_in_words(contest):
    table = confusion.mistakes(contest)
    assert table.rows[0]["Mistake"] == "T-shirt/top taken for Shirt"
    assert (table.rows[0]["A"], table.rows[0]["B"]) == (2, 2)
    assert "A: T-shirt/top taken for Shirt 2 times." in table.hint


def test_not_one_mistake_is_said(make_comparison):
    table = confusion.mistakes(make_comparison(LABELS, LABELS))
    assert table.rows == []
    assert "not one mistake" in table.hint
