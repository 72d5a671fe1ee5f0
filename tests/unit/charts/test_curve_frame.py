"""Axes begin where the curves are, and a run that has failed does not flatten the others."""

import pytest

from fmnist_core.charts import curve_frame
from fmnist_core.training import events
from fmnist_core.training.history import History, build_history
from tests import factories


def history(*accuracies: float, loss: float | None = None) -> History:
    """A run with these validation accuracies, whose loss falls as they rise."""
    epochs = [
        factories.epoch(number).model_copy(
            update={
                "validation_accuracy": accuracy,
                "validation_loss": 3 * (1 - accuracy) if loss is None else loss,
            }
        )
        for number, accuracy in enumerate(accuracies, start=1)
    ]
    return build_history([factories.started(), *epochs])


def frame(metric: str, *histories: History, **options: object) -> dict[str, float]:
    options = {"axis": "epochs", **options}
    (row,) = curve_frame.frame_rows(metric, histories, **options)
    return dict(row)


def test_good_runs_fill_the_chart() -> None:
    row = frame("accuracy", history(0.88, 0.9, 0.92), history(0.9, 0.93, 0.94))
    assert 0.87 < row["y_min"] < 0.88
    assert 0.94 < row["y_max"] < 0.95


@pytest.mark.parametrize("failed", [history(0.1, 0.1, 0.1, loss=2.3), history(0.1, 0.1, loss=9e9)])
def test_a_run_that_has_failed_does_not_flatten_the_others(failed: History) -> None:
    good = history(0.88, 0.9, 0.92)
    for metric in ("accuracy", "loss"):
        assert frame(metric, good, failed)["y_max"] == frame(metric, good)["y_max"]
        assert frame(metric, good, failed)["y_min"] == frame(metric, good)["y_min"]


def test_a_run_that_has_failed_alone_is_in_its_frame() -> None:
    row = frame("accuracy", history(0.1, 0.1))
    assert row["y_min"] < 0.1 < row["y_max"]
    row = frame("loss", history(0.1, 0.1, loss=16.5))
    assert row["y_min"] < 16.5 < row["y_max"]


def test_one_bad_epoch_leaves_the_frame() -> None:
    row = frame("accuracy", history(0.86, 0.88, 0.1, 0.89, 0.9, 0.9))
    assert row["y_min"] > 0.5


def test_first_steps_do_not_count_after_the_first_epoch() -> None:
    run_history = build_history(factories.training_events())
    assert frame("accuracy", run_history)["y_min"] > 0.7
    assert frame("loss", run_history)["y_max"] < 1.0


@pytest.mark.parametrize(("metric", "end"), [("accuracy", 1.0), ("loss", 2.4)])
def test_the_frame_is_whole_until_the_first_epoch_ends(metric: str, end: float) -> None:
    for logged in ([], factories.training_events(epochs=0.5)):
        row = frame(metric, build_history(logged), planned_epochs=6.0)
        assert row["y_min"] == 0
        assert row["y_max"] >= end
        assert row["x_max"] == 6


def test_a_run_in_its_first_epoch_is_in_the_frame_of_a_finished_one() -> None:
    starting = build_history(factories.training_events(epochs=0.3))
    row = frame("accuracy", starting, history(0.9, 0.92), planned_epochs=6.0)
    assert row["y_min"] < starting.steps[-1].accuracy


@pytest.mark.parametrize(
    ("axis", "end"), [("epochs", 6.0), ("images", 6 * 55_000), ("seconds", 20.0)]
)
def test_there_is_room_for_what_a_run_will_train(axis: str, end: float) -> None:
    run_history = build_history(factories.training_events(epochs=2))
    assert frame("loss", run_history, axis=axis, planned_epochs=6.0)["x_max"] == end


def test_the_frame_of_finished_runs_ends_with_the_longest() -> None:
    assert frame("loss", history(0.8, 0.9), history(0.8))["x_max"] == 2


def test_a_logarithmic_axis_begins_above_zero() -> None:
    assert frame("loss", history(1.0, 1.0), log=True)["y_min"] > 0


def test_losses_that_are_not_numbers_do_not_count() -> None:
    nan = events.Step.model_validate(factories.step(150).model_dump() | {"loss": float("nan")})
    run_history = build_history([*factories.training_events(epochs=1), nan, factories.epoch(2)])
    assert frame("loss", run_history)["y_max"] < 2.4
