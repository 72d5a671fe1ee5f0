"""Learning curves: data sets, axes and colors of the chart, and its rows."""

import json

import pytest

from fmnist_core.charts import learning_curves, palette
from fmnist_core.training.history import build_history
from tests import factories

RUNS = ("Ada's first", "CNN, quick · synthetic garments")


def named_data(chart: object) -> set[str]:
    """Return the names of the data sets that a chart asks for."""
    layers = chart.to_dict()["layer"]
    return {layer["data"]["name"] for layer in layers if "data" in layer}


def test_learning_chart_asks_for_its_data_sets() -> None:
    chart = learning_curves.learning_chart("Loss", runs=RUNS, axis="epochs")
    assert named_data(chart) == {"lines", "best", "annotations"}


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


def test_every_run_has_its_own_color() -> None:
    runs = [f"run {number}" for number in range(len(palette.RUN_COLORS))]
    text = json.dumps(learning_curves.learning_chart("Loss", runs=runs, axis="epochs").to_dict())
    assert json.dumps(list(palette.RUN_COLORS)) in text
    assert len(set(palette.RUN_COLORS)) == len(palette.RUN_COLORS)


def test_training_is_dashed_and_validation_solid() -> None:
    text = json.dumps(learning_curves.learning_chart("Loss", runs=RUNS, axis="epochs").to_dict())
    assert '"domain": ["training", "validation"], "range": [[5, 3], [1, 0]]' in text


def test_step_chart_asks_for_lines() -> None:
    chart = learning_curves.step_chart("Rate", runs=RUNS, axis="seconds")
    assert chart.to_dict()["data"] == {"name": "lines"}


def test_rows_hold_both_splits_of_every_run() -> None:
    histories = [
        build_history(factories.training_events()),
        build_history(factories.training_events(epochs=2)),
    ]
    rows = learning_curves.learning_rows("loss", RUNS, histories, axis="epochs", smoothing=0.5)
    assert {(row["run"], row["split"]) for row in rows} == {
        (run, split) for run in RUNS for split in learning_curves.SPLITS
    }
    assert set(rows[0]) == {"x", "value", "run", "split"}


def test_best_epoch_is_marked() -> None:
    (row,) = learning_curves.best_rows(
        "accuracy", RUNS[:1], [build_history(factories.training_events())], axis="epochs"
    )
    assert row["x"] == 4
    assert row["text"].startswith("4, validation accuracy ")


def test_settings_changed_at_one_moment_share_an_annotation() -> None:
    changes = [
        factories.control_changed("pause", 150),
        factories.control_changed("learning rate", 150, 0.1),
    ]
    history = build_history([*factories.training_events(epochs=2), *changes])
    (row,) = learning_curves.annotation_rows("loss", RUNS[:1], [history], axis="epochs")
    assert row == {
        "x": 1.5,
        "label": "pause, rate ×0.1",
        "kind": "control",
        "at_bottom": False,
        "run": RUNS[0],
    }


def test_phases_are_labeled_where_the_curve_is_not() -> None:
    phases = [
        factories.phase_started("head", 0),
        factories.phase_started("everything", 200, number=2),
    ]
    history = build_history([phases[0], *factories.training_events(epochs=2), phases[1]])
    rows = learning_curves.annotation_rows("accuracy", RUNS[:1], [history], axis="epochs")
    assert [(row["x"], row["label"], row["at_bottom"]) for row in rows] == [
        (0.0, "head alone", False),
        (2.0, "everything", True),
    ]
    assert {row["kind"] for row in rows} == {"phase"}
