"""Learning curves: data sets, axes and colors of the chart, and its rows."""

import json
from xml.etree import ElementTree

import pytest
import vl_convert

from fmnist_core.charts import learning_curves, palette
from fmnist_core.training import events
from fmnist_core.training.history import History, build_history
from tests import factories

RUNS = ("Ada's first", "CNN, quick · synthetic garments")


def named_data(chart: object) -> set[str]:
    """Return the names of the data sets that a chart asks for."""
    layers = chart.to_dict()["layer"]
    return {layer["data"]["name"] for layer in layers if "data" in layer}


def test_learning_chart_asks_for_its_data_sets() -> None:
    chart = learning_curves.learning_chart("Loss", runs=RUNS, axis="epochs")
    assert named_data(chart) == {"lines", "best", "annotations", "frame"}


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


def annotated(*changes: events.ControlChanged, epochs: float = 5) -> list[History]:
    return [build_history([*factories.training_events(epochs=epochs), *changes])]


def test_legend_names_only_the_marks_that_are_there() -> None:
    plain = learning_curves.legend_texts(annotated())
    changed = learning_curves.legend_texts(
        annotated(factories.control_changed("learning rate", 150, 0.1))
    )
    assert plain == list(learning_curves.LEGEND_TEXTS)
    assert [text for text in changed if text not in plain] == ["┊ learning rate changed"]


def test_chart_without_a_legend_has_one_height_for_any_number_of_runs() -> None:
    heights = {
        learning_curves.learning_chart("Loss", runs=runs, axis="epochs", legend=False).to_dict()[
            "height"
        ]
        for runs in (RUNS, RUNS[:1])
    }
    assert heights == {learning_curves.CHART_HEIGHT}


def test_chart_is_drawn_within_its_frame() -> None:
    """As Vega draws it: the ticks of the axes are those of the row of `frame`."""
    spec = learning_curves.learning_chart("Accuracy", runs=RUNS, axis="epochs", percent=True)
    frame = {"x_max": 6, "y_min": 0.8, "y_max": 0.95}
    for lines in ([], [{"x": 1, "value": 0.1, "run": RUNS[0], "split": "training"}]):
        datasets = {"lines": lines, "best": [], "annotations": [], "frame": [frame]}
        svg = vl_convert.vegalite_to_svg({**spec.to_dict(), "datasets": datasets})
        texts = {
            element.text
            for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
        }
        assert {"80%", "94%", "0", "6"} <= texts
        assert not {"10%", "100%", "78%"} & texts
