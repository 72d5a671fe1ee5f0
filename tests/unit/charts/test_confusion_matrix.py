"""The confusion matrix: its rows, by hand, and the contrast of its texts, as Vega draws them."""

from xml.etree import ElementTree

import numpy as np
import pytest
import vl_convert

from fmnist_core.charts.confusion_matrix import (
    confusion_chart,
    confusion_rows,
    most_common_mistake,
    only_prediction,
)

CONFUSION = np.zeros((10, 10), dtype=int)
CONFUSION[6, 0], CONFUSION[6, 6] = 30, 70


def cell(rows, true_class, predicted_class):
    (row,) = [
        row
        for row in rows
        if (row["true_class"], row["predicted_class"]) == (true_class, predicted_class)
    ]
    return row


def test_chart_asks_for_cells():
    assert confusion_chart().to_dict()["data"] == {"name": "cells"}


@pytest.mark.parametrize(
    ("color", "text_color"),
    [("#2b83c6", "#ffffff"), ("#e69f00", "#1c2530"), ("#000000", "#ffffff")],
)
def test_text_stands_out_from_a_full_cell(color, text_color):
    chart = confusion_chart(colors=(color, color)).to_dict()
    cells = [
        {"true_class": "Bag", "predicted_class": name, "text": text, "strength": strength,
         "sign": sign}
        for name, text, strength, sign in (
            ("Bag", "101", 0.9, 1), ("Coat", "102", 0.9, -1), ("Dress", "103", 0.5, 1),
        )
    ]  # fmt: skip
    svg = vl_convert.vegalite_to_svg({**chart, "datasets": {"cells": cells}})
    texts = ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    colors = {element.text: element.get("fill") for element in texts}
    assert [colors["101"], colors["102"], colors["103"]] == [text_color, text_color, "currentColor"]


def test_a_cell_shows_its_count_and_is_as_strong_as_its_fraction_of_the_class():
    rows = confusion_rows(CONFUSION)
    assert len(rows) == 100
    assert cell(rows, "Shirt", "T-shirt/top") == {
        "true_class": "Shirt",
        "predicted_class": "T-shirt/top",
        "text": "30",
        "strength": 0.3,
        "sign": 1,
        "images": "30, 30.0% of the class",
        "description": "Shirt predicted as T-shirt/top: 30",
    }
    assert cell(rows, "Bag", "Bag")["text"] == ""


def test_lists_are_as_good_as_arrays():
    assert confusion_rows(CONFUSION.tolist()) == confusion_rows(CONFUSION)


def test_largest_value_has_full_strength():
    row = cell(confusion_rows(CONFUSION, max_value=60), "Shirt", "T-shirt/top")
    assert (row["text"], row["strength"]) == ("30", 0.5)


def test_normalized_cells_show_percent():
    assert cell(confusion_rows(CONFUSION / 10, normalized=True), "Shirt", "Shirt")["text"] == "70"


def test_correct_predictions_can_be_hidden():
    rows = confusion_rows(CONFUSION, hide_correct=True)
    assert len(rows) == 90
    assert all(row["true_class"] != row["predicted_class"] for row in rows)


def test_a_difference_has_signs():
    other = np.zeros((10, 10), dtype=int)
    other[6, 0], other[6, 6] = 45, 55
    rows = confusion_rows(CONFUSION, minus=other)
    mistakes, correct = cell(rows, "Shirt", "T-shirt/top"), cell(rows, "Shirt", "Shirt")
    assert (mistakes["text"], mistakes["sign"], mistakes["strength"]) == ("−15", -1, 1)
    assert (correct["text"], correct["sign"], correct["images"]) == ("+15", 1, "+15")


def test_most_common_mistake():
    assert most_common_mistake(CONFUSION + np.eye(10, dtype=int)) == (
        "Most common mistake: 30 of 101 shirts were called T-shirts."
    )
    assert most_common_mistake(np.eye(10, dtype=int)) == "No mistakes."


def test_a_model_with_one_answer_is_called_so():
    pullovers = np.zeros((10, 10), dtype=int)
    pullovers[:, 2] = 500
    assert most_common_mistake(pullovers) == "It answers Pullover to everything."
    assert only_prediction(pullovers) == 2
    assert only_prediction(np.eye(10)) is None
    assert only_prediction(np.zeros((10, 10))) is None
