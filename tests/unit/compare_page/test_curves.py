"""Curves and matrices through training."""

import pytest

from fmnist_core.compare_page import curves, epochs
from fmnist_core.compare_page.blocks import Chart, Paragraph, flat
from tests import factories


@pytest.fixture
def contest(make_comparison):
    """A of five epochs, B of two."""
    made = make_comparison([0, 1], [0, 1], [0, 0])
    for entrant, num_epochs in zip(made.runs, (5, 2), strict=True):
        entrant.summary.run.path.mkdir()
        for line in factories.training_events(epochs=num_epochs):
            entrant.summary.run.record(line)
    return made


def charts(blocks):
    return {block.title: block for block in flat(blocks) if isinstance(block, Chart)}


def ends(chart):
    rows = chart.rows["lines"]
    return {run: max(row["x"] for row in rows if row["run"] == run) for run in "AB"}


@pytest.mark.parametrize(
    ("axis", "expected"),
    [
        ("epochs", {"A": 5, "B": 2}),
        ("seconds", {"A": 20, "B": 8}),
        ("images", {"A": 275_000, "B": 110_000}),
    ],
)
def test_each_axis_ends_where_training_did(contest, axis, expected):
    assert ends(charts(curves.blocks(contest, axis=axis))["Loss"]) == expected


def test_without_the_first_epoch_it_begins_after_it(contest):
    rows = charts(curves.blocks(contest, late=True))["Accuracy"].rows["lines"]
    assert min(row["x"] for row in rows) == 1


def test_run_without_curves_is_named(make_comparison):
    (said,) = [block for block in curves.report(make_comparison([0], [0]))
               if isinstance(block, Paragraph) and block.kind == "warning"]  # fmt: skip
    assert said.text == "No curves were recorded for A."


def test_slider_moves_cursor_and_matrices(contest):
    shown = charts(epochs.blocks(contest, 3))
    (cursor,) = [mark for mark in shown["Accuracy"].rows["marks"] if mark["label"] == "epoch 3"]
    assert cursor["x"] == 3
    assert shown["A"].hint.startswith("After epoch 3")
    assert shown["B"].hint.startswith("After epoch 2")
    assert epochs.last_epoch(contest) == 5
    cells = {(row["true"], row["answer"]): row for row in shown["A"].rows["cells"]}
    assert cells["Shirt", "Shirt"]["words"] == "91"  # 450 of 495
