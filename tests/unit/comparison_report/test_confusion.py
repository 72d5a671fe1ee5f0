"""Confusion matrices of several runs and their difference, by hand and against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from fmnist_core.comparison_report import confusion
from fmnist_core.comparison_report.blocks import Chart, flatten

LABELS = [0, 0, 0, 0, 6, 6]
FIRST = [0, 0, 6, 6, 6, 0]
SECOND = [0, 6, 0, 6, 0, 0]


@pytest.fixture
def comparison(make_comparison):
    return make_comparison(LABELS, FIRST, SECOND)


def charts(blocks):
    return [block for block in flatten(blocks) if isinstance(block, Chart)]


def cells(chart):
    return {(row["true_class"], row["predicted_class"]): row for row in chart.rows["cells"]}


def test_counts_are_scikit_learns(six_runs):
    for index, chart in enumerate(charts(confusion.confusion_blocks(six_runs))):
        expected = confusion_matrix(six_runs.labels, six_runs.predictions[index], labels=range(10))
        counts = [int(row["text"] or 0) for row in chart.rows["cells"]]
        assert (np.reshape(counts, (10, 10)) == expected).all()


def test_all_are_on_one_scale(comparison):
    first, second = charts(confusion.confusion_blocks(comparison))
    assert cells(first)["T-shirt/top", "Shirt"]["strength"] == 1
    assert cells(second)["Shirt", "T-shirt/top"]["strength"] == 1
    assert cells(first)["Shirt", "Shirt"]["strength"] == 0.5


def test_percent_is_of_the_true_class(comparison):
    blocks = confusion.confusion_blocks(comparison, normalized=True)
    assert "The strongest color means 100% of a class" in blocks[0].text
    first, _ = charts(blocks)
    assert cells(first)["T-shirt/top", "Shirt"]["text"] == "50"
    assert cells(first)["Shirt", "Shirt"]["strength"] == 0.5


def test_hidden_correct_predictions_leave_the_scale_to_the_mistakes(make_comparison):
    comparison = make_comparison([0] * 10, [0] * 9 + [6])
    (chart,) = charts(confusion.confusion_blocks(comparison, hide_correct=True))
    assert ("T-shirt/top", "T-shirt/top") not in cells(chart)
    assert cells(chart)["T-shirt/top", "Shirt"]["strength"] == 1


def test_click_names_the_run(comparison):
    clicks = []
    blocks = confusion.confusion_blocks(
        comparison, on_click=lambda index, fields: clicks.append((index, fields))
    )
    charts(blocks)[1].on_click({"true_class": "Bag"})
    assert clicks == [(1, {"true_class": "Bag"})]


def test_difference_is_signed(comparison):
    by_class = cells(confusion.difference_chart(comparison, (0, 1)))
    assert by_class["Shirt", "Shirt"]["text"] == "+1"
    assert by_class["Shirt", "T-shirt/top"]["text"] == "−1"
    assert by_class["Shirt", "T-shirt/top"]["sign"] == -1
    assert by_class["T-shirt/top", "Shirt"]["text"] == ""


def test_same_predictions_do_not_differ(make_comparison):
    comparison = make_comparison(LABELS, FIRST, FIRST)
    chart = confusion.difference_chart(comparison, (0, 1))
    assert {row["text"] for row in chart.rows["cells"]} == {""}


def test_most_common_mistakes_are_counted_for_each_run(comparison):
    table = confusion.mistake_table(comparison)
    assert table.rows[0]["Mistake"] == "T-shirt/top predicted as Shirt"
    assert (table.rows[0]["A"], table.rows[0]["B"]) == (2, 2)
    assert "A: T-shirt/top predicted as Shirt (2)." in table.hint


def test_a_perfect_run_has_no_mistakes(make_comparison):
    table = confusion.mistake_table(make_comparison(LABELS, LABELS))
    assert table.rows == []
    assert "no mistakes" in table.hint
