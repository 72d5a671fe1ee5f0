"""A run's history: its curves, annotations and state, computed from its events."""

import pytest

from fmnist_core.training import history
from fmnist_core.training.events import Failed
from fmnist_core.training.history import build_history
from tests import factories


def test_long_curve_is_downsampled_and_keeps_its_last_point() -> None:
    points = [(float(number), 0.0) for number in range(10_000)]
    downsampled = history.downsample(points)
    assert len(downsampled) <= history.MAX_POINTS
    assert downsampled[-1] == points[-1]


@pytest.mark.parametrize("num_points", [0, 1, 2, history.MAX_POINTS])
def test_short_curve_is_not_downsampled(num_points: int) -> None:
    points = [(float(number), 0.0) for number in range(num_points)]
    assert history.downsample(points) == points


def test_smoothing_starts_at_the_first_value_and_reduces_jitter() -> None:
    values = [2.0, 0.0, 2.0, 0.0]
    assert history.smooth(values, 0.0) == values
    smoothed = history.smooth(values, 0.9)
    assert smoothed[0] == pytest.approx(2.0)
    assert max(smoothed[1:]) - min(smoothed[1:]) < 1


def test_nan_is_left_out_of_a_curve() -> None:
    nan_step = factories.step(30).model_copy(update={"loss": float("nan")})
    run_history = build_history(
        [factories.started(), factories.step(10), factories.step(20), nan_step]
    )
    points = history.training_curve(run_history, "loss", axis="epochs", smoothing=0.0)
    assert [x for x, _ in points] == [0.1, 0.2]


def test_run_without_steps_has_a_training_curve_of_epochs() -> None:
    run_history = build_history([factories.started(), factories.epoch(1), factories.epoch(2)])
    points = history.training_curve(run_history, "accuracy", axis="epochs", smoothing=0.0)
    assert [x for x, _ in points] == [1.0, 2.0]


def test_events_until_keeps_the_first_seconds() -> None:
    run_history = build_history(history.events_until(factories.training_events(), 9.0))
    assert run_history.seconds <= 9.0
    assert [epoch.epoch for epoch in run_history.epochs] == [1, 2]
    assert run_history.finished is None


@pytest.mark.parametrize(
    ("controls", "is_paused"),
    [
        ([], False),
        (["pause"], True),
        (["pause", "go on"], False),
        (["pause", "one epoch"], False),
        (["pause", "one epoch", "pause"], True),
        (["pause", "learning rate"], True),
    ],
)
def test_last_pause_or_resume_counts(controls: list[str], is_paused: bool) -> None:
    events = [factories.control_changed(control, 10, 0.5) for control in controls]
    assert build_history(events).is_paused is is_paused


def test_run_stopped_during_a_pause_is_not_paused_when_resumed() -> None:
    stopped = [
        factories.started(),
        factories.control_changed("pause", 10, 0.5),
        factories.control_changed("stop", 10, 0.5),
    ]
    assert build_history(stopped).is_paused
    assert not build_history([*stopped, factories.started()]).is_paused


def test_last_learning_rate_factor_counts() -> None:
    events = [
        factories.control_changed("learning rate", 10, 0.1),
        factories.control_changed("learning rate", 20, 0.5),
    ]
    assert build_history(events).learning_rate_factor == 0.5
    assert build_history([]).learning_rate_factor == 1.0


def test_failure_is_annotated_at_the_last_step() -> None:
    run_history = build_history(
        [*factories.training_events(epochs=1), Failed(reason="NaN", traceback="")]
    )
    assert [(annotation.epoch, annotation.label) for annotation in run_history.annotations] == [
        (1.0, "failed")
    ]


def test_single_phase_is_not_annotated() -> None:
    run_history = build_history(
        [factories.started(), factories.phase_started("everything", 0), factories.step(10)]
    )
    assert len(run_history.phases) == 1
    assert run_history.annotations == ()


def test_phase_logged_again_by_a_resume_counts_once() -> None:
    run_history = build_history(
        [
            factories.phase_started("head", 0),
            factories.started(),
            factories.phase_started("head", 0),
        ]
    )
    assert [phase.number for phase in run_history.phases] == [1]


@pytest.mark.parametrize(
    ("control", "marks"),
    [
        ("learning rate", [("learning rate ×0.5", "setting")]),
        ("pause", [("paused", "pause")]),
        ("stop", [("stopped", "pause")]),
        ("go on", []),
        ("one epoch", []),
    ],
)
def test_marked_controls(control: str, marks: list[tuple[str, str]]) -> None:
    run_history = build_history([factories.control_changed(control, 10, 0.5)])
    assert [(mark.label, mark.kind) for mark in run_history.annotations] == marks


@pytest.mark.parametrize(
    ("trainable", "label"),
    [
        ("head", "head alone"),
        ("everything", "everything"),
        ("last 10", "last 10 layers"),
        ("last 1", "last layer"),
    ],
)
def test_phase_label(trainable: str, label: str) -> None:
    assert history.phase_label(factories.phase_started(trainable, 0)) == label


def test_feature_progress_counts_only_as_the_last_event() -> None:
    computing = [factories.started(), factories.feature_progress(340)]
    assert build_history(computing).feature_progress == computing[-1]
    assert build_history([*computing, factories.step(10)]).feature_progress is None


def test_images_axis_is_epochs_times_training_images():
    run_history = history.build_history(factories.training_events(epochs=2))
    points = history.validation_curve(run_history, "loss", axis="images")
    assert [x for x, _ in points] == [55_000, 110_000]
