"""Charts are pure: the same names make the same specification, and rows come under fixed names."""

import json
from xml.etree import ElementTree

import pytest
import vl_convert

from fmnist_core.charts import confusion_matrix, learning_curves, palette
from fmnist_core.training.history import build_history
from fmnist_core.ui import live_chart
from tests import factories

RUNS = ("Ada's first", "CNN, quick · synthetic garments")


def named_data(chart: object) -> set[str]:
    """Data sets that a specification asks for."""
    layers = chart.to_dict()["layer"]
    return {layer["data"]["name"] for layer in layers if "data" in layer}


def test_learning_chart_asks_for_lines_best_and_marks() -> None:
    chart = learning_curves.learning_chart("Loss", runs=RUNS, axis="epochs")
    assert named_data(chart) == {"lines", "best", "marks"}


def test_specification_does_not_depend_on_rows() -> None:
    options = {"title": "Loss", "runs": RUNS, "axis": "epochs"}
    assert live_chart.chart_spec(learning_curves.learning_chart, **options) is live_chart.chart_spec(
        learning_curves.learning_chart, **options
    )


@pytest.mark.parametrize(("axis", "title"), learning_curves.AXIS_TITLES.items())
def test_axes_are_named(axis: str, title: str) -> None:
    text = json.dumps(learning_curves.learning_chart("Loss", runs=RUNS, axis=axis).to_dict())
    assert f'"title": "{title}"' in text
    assert '"title": "Loss"' in text


def test_log_switch_changes_the_loss_axis() -> None:
    def loss_scale(log: bool) -> str:
        chart = learning_curves.learning_chart("Loss", runs=RUNS, axis="epochs", log=log).to_dict()
        scales = [layer["encoding"].get("y", {}).get("scale") for layer in chart["layer"]]
        return next(scale["type"] for scale in scales if scale)

    assert (loss_scale(False), loss_scale(True)) == ("linear", "log")


def test_every_run_has_a_colour_of_its_own() -> None:
    runs = [f"run {number}" for number in range(len(palette.RUN_COLORS))]
    text = json.dumps(learning_curves.learning_chart("Loss", runs=runs, axis="epochs").to_dict())
    assert json.dumps(list(palette.RUN_COLORS)) in text
    assert len(set(palette.RUN_COLORS)) == len(palette.RUN_COLORS)


def test_training_is_dashed_and_validation_solid() -> None:
    text = json.dumps(learning_curves.learning_chart("Loss", runs=RUNS, axis="epochs").to_dict())
    assert '"domain": ["training", "validation"], "range": [[5, 3], [1, 0]]' in text


def test_step_and_confusion_charts_are_valid() -> None:
    assert learning_curves.step_chart("Rate", runs=RUNS, axis="seconds").to_dict()
    assert confusion_matrix.confusion_chart().to_dict()["data"] == {"name": "cells"}


@pytest.mark.parametrize(
    ("colour", "figures"),
    [("#2b83c6", "#ffffff"), ("#e69f00", "#1c2530"), ("#000000", "#ffffff")],
)
def test_figures_stand_out_from_a_full_cell(colour: str, figures: str) -> None:
    chart = confusion_matrix.confusion_chart(colours=(colour, colour)).to_dict()
    cells = [
        {"true": "Bag", "answer": answer, "words": words, "strength": strength, "sign": sign}
        for answer, words, strength, sign in (
            ("Bag", "101", 0.9, 1), ("Coat", "102", 0.9, -1), ("Dress", "103", 0.5, 1),
        )
    ]  # fmt: skip
    drawn = vl_convert.vegalite_to_svg({**chart, "datasets": {"cells": cells}})
    fills = {
        each.text: each.get("fill")
        for each in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")
    }
    *full, other = [fills[words] for words in ("101", "102", "103")]
    assert full == [figures, figures]
    assert other == "currentColor"


def test_rows_hold_both_parts_of_every_run() -> None:
    pasts = [
        build_history(factories.training_events()),
        build_history(factories.training_events(epochs=2)),
    ]
    rows = learning_curves.learning_rows("loss", RUNS, pasts, axis="epochs", smoothing=0.5)
    assert {(row["run"], row["part"]) for row in rows} == {
        (run, part) for run in RUNS for part in learning_curves.PARTS
    }
    assert set(rows[0]) == {"x", "value", "run", "part"}


def test_best_epoch_is_marked() -> None:
    (row,) = learning_curves.best_rows(
        "accuracy", RUNS[:1], [build_history(factories.training_events())], axis="epochs"
    )
    assert row["x"] == 4
    assert row["text"].startswith("4, validation accuracy ")


def test_knobs_turned_at_one_moment_share_a_mark() -> None:
    turns = [
        factories.control_changed("pause", 150),
        factories.control_changed("learning rate", 150, 0.1),
    ]
    past = build_history([*factories.training_events(epochs=2), *turns])
    (row,) = learning_curves.annotation_rows("loss", RUNS[:1], [past], axis="epochs")
    assert row == {
        "x": 1.5,
        "label": "pause, rate ×0.1",
        "kind": "control",
        "low": False,
        "run": RUNS[0],
    }


def test_phases_are_marked_where_the_curve_is_not() -> None:
    phases = [
        factories.phase_started("head", 0),
        factories.phase_started("everything", 200, number=2),
    ]
    past = build_history([phases[0], *factories.training_events(epochs=2), phases[1]])
    rows = learning_curves.annotation_rows("accuracy", RUNS[:1], [past], axis="epochs")
    assert [(row["x"], row["label"], row["low"]) for row in rows] == [
        (0.0, "head alone", False),
        (2.0, "everything", True),
    ]
    assert {row["kind"] for row in rows} == {"phase"}


def test_confusion_rows_share_out_each_class() -> None:
    confusion = [[0] * 10 for _ in range(10)]
    confusion[6][0], confusion[6][6] = 30, 70
    rows = confusion_matrix.confusion_rows(confusion)
    assert len(rows) == 100
    assert rows[60] == {
        "true": "Shirt",
        "answer": "T-shirt/top",
        "words": "30",
        "strength": 0.3,
        "sign": 1,
        "detail": "30, 30.0% of the class",
        "says": "Shirt taken for T-shirt/top: 30",
    }
    assert rows[1]["words"] == ""
    assert confusion_matrix.most_frequent_confusion(confusion) == (
        "Commonest mistake: Shirt taken for T-shirt/top, 30 of 100."
    )
