"""Annotations say what happened where, in labels that do not overlap."""

from fmnist_core.charts.annotations import annotation_rows
from fmnist_core.training import events
from fmnist_core.training.history import History, build_history
from tests import factories

RUNS = ("Ada's first",)


def annotated(*changes: events.ControlChanged, epochs: float = 5) -> list[History]:
    return [build_history([*factories.training_events(epochs=epochs), *changes])]


def test_settings_changed_at_one_moment_share_an_annotation() -> None:
    changed = factories.control_changed
    histories = annotated(changed("pause", 150), changed("learning rate", 150, 0.1))
    (row,) = annotation_rows("loss", RUNS, histories, axis="epochs")
    assert row == {
        "x": 1.5,
        "label": "paused, learning rate ×0.1",
        "text": "paused, learning rate ×0.1",
        "kind": "setting",
        "corner": "top right",
        "run": RUNS[0],
    }


def test_labels_that_would_overlap_are_written_as_one() -> None:
    changed = factories.control_changed
    histories = annotated(
        changed("pause", 150), changed("learning rate", 155, 0.1), changed("stop", 300)
    )
    rows = annotation_rows("loss", RUNS, histories, axis="epochs")
    assert [row["text"] for row in rows] == ["paused, learning rate ×0.1", "", "stopped"]
    assert [row["label"] for row in rows] == ["paused", "learning rate ×0.1", "stopped"]


def test_labels_at_the_right_edge_are_not_cut() -> None:
    histories = annotated(factories.control_changed("stop", 490))
    (row,) = annotation_rows("loss", RUNS, histories, axis="epochs")
    assert row["corner"] == "top left"
    (row,) = annotation_rows("loss", RUNS, histories, axis="epochs", x_max=60)
    assert row["corner"] == "top right"


def test_phases_are_labeled_where_the_curve_is_not() -> None:
    phases = [
        factories.phase_started("head", 0),
        factories.phase_started("everything", 200, number=2),
    ]
    history = build_history([phases[0], *factories.training_events(epochs=4), phases[1]])
    rows = annotation_rows("accuracy", RUNS, [history], axis="epochs")
    assert [(row["x"], row["label"], row["corner"]) for row in rows] == [
        (0.0, "head alone", "top right"),
        (2.0, "everything", "bottom right"),
    ]
