"""Learning curves of several runs."""

import pytest

from fmnist_core.comparison_report import curves
from fmnist_core.comparison_report.blocks import Chart, Paragraph, flatten
from fmnist_core.training.history import build_history
from tests import factories


@pytest.fixture
def comparison(make_comparison):
    return make_comparison([0, 1], [0, 1], [0, 0])


HISTORIES = [build_history(factories.training_events(epochs=epochs)) for epochs in (5, 2)]


def lines(blocks, title):
    (chart,) = [
        block for block in flatten(blocks) if isinstance(block, Chart) and block.title == title
    ]
    return chart.rows["lines"]


@pytest.mark.parametrize(
    ("axis", "expected"),
    [
        ("epochs", {"A": 5, "B": 2}),
        ("seconds", {"A": 20, "B": 8}),
        ("images", {"A": 275_000, "B": 110_000}),
    ],
)
def test_each_axis_ends_where_training_did(comparison, axis, expected):
    rows = lines(curves.curve_blocks(comparison, HISTORIES, axis=axis), "Loss")
    ends = {run: max(row["x"] for row in rows if row["run"] == run) for run in "AB"}
    assert ends == expected


def test_run_without_curves_is_named(make_comparison):
    blocks = curves.curve_blocks(make_comparison([0], [0]), [build_history(())])
    assert warnings_of(blocks) == ["No curves were recorded for A."]


def test_run_with_incomplete_curves_is_named(comparison):
    assert comparison.runs[0].report.epochs_done == 5
    (warning,) = warnings_of(curves.curve_blocks(comparison, HISTORIES))
    assert warning == "Part of the curves is missing for B: events.jsonl was cut short."


def warnings_of(blocks):
    return [
        block.text for block in blocks if isinstance(block, Paragraph) and block.kind == "warning"
    ]
