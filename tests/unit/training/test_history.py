"""From events to curves: thinned, smoothed, cut off for a replay, never with a gap."""

import pytest

from fmnist_core.training import history
from fmnist_core.training.events import Failed
from fmnist_core.training.history import build_history
from tests import factories


def test_long_curves_are_thinned_and_keep_their_end() -> None:
    points = [(float(number), 0.0) for number in range(10_000)]
    thinned = history.downsample(points)
    assert len(thinned) <= history.MAX_POINTS
    assert thinned[-1] == points[-1]


@pytest.mark.parametrize("number", [0, 1, 2, history.MAX_POINTS])
def test_short_curves_stay_whole(number: int) -> None:
    points = [(float(place), 0.0) for place in range(number)]
    assert history.downsample(points) == points


def test_smoothing_starts_at_the_first_value_and_calms() -> None:
    values = [2.0, 0.0, 2.0, 0.0]
    assert history.smooth(values, 0.0) == values
    calmed = history.smooth(values, 0.9)
    assert calmed[0] == pytest.approx(2.0)
    assert max(calmed[1:]) - min(calmed[1:]) < 1


def test_values_that_are_no_number_are_left_out() -> None:
    broken = factories.step(30).model_copy(update={"loss": float("nan")})
    past = build_history([factories.started(), factories.step(10), factories.step(20), broken])
    points = history.training_curve(past, "loss", axis="epochs", smoothing=0.0)
    assert [x for x, _ in points] == [0.1, 0.2]


def test_a_run_without_steps_has_a_training_curve() -> None:
    past = build_history([factories.started(), factories.epoch(1), factories.epoch(2)])
    points = history.training_curve(past, "accuracy", axis="epochs", smoothing=0.0)
    assert [x for x, _ in points] == [1.0, 2.0]


def test_replay_shows_what_had_happened() -> None:
    past = build_history(history.events_until(factories.training_events(), 9.0))
    assert past.seconds <= 9.0
    assert [epoch.epoch for epoch in past.epochs] == [1, 2]
    assert past.finished is None


@pytest.mark.parametrize(
    ("knobs", "paused"),
    [
        ([], False),
        (["pause"], True),
        (["pause", "go on"], False),
        (["pause", "one epoch"], False),
        (["pause", "one epoch", "pause"], True),
        (["pause", "learning rate"], True),
    ],
)
def test_the_last_word_on_pausing_counts(knobs: list[str], paused: bool) -> None:
    turns = [factories.control_changed(knob, 10, 0.5) for knob in knobs]
    assert build_history(turns).paused is paused


def test_a_run_that_was_stopped_in_a_pause_goes_on_when_resumed() -> None:
    stopped = [
        factories.started(),
        factories.control_changed("pause", 10, 0.5),
        factories.control_changed("stop", 10, 0.5),
    ]
    assert build_history(stopped).paused
    assert not build_history([*stopped, factories.started()]).paused


def test_the_last_factor_on_the_rate_holds() -> None:
    turns = [
        factories.control_changed("learning rate", 10, 0.1),
        factories.control_changed("learning rate", 20, 0.5),
    ]
    assert build_history(turns).learning_rate_factor == 0.5
    assert build_history([]).learning_rate_factor == 1.0


def test_failure_is_marked_where_it_happened() -> None:
    past = build_history([*factories.training_events(epochs=1), Failed(reason="NaN", traceback="")])
    assert [(mark.epoch, mark.label) for mark in past.annotations] == [(1.0, "failed")]


def test_a_single_phase_is_not_marked() -> None:
    past = build_history(
        [factories.started(), factories.phase_started("everything", 0), factories.step(10)]
    )
    assert len(past.phases) == 1
    assert past.annotations == ()


def test_a_phase_that_a_resume_says_again_counts_once() -> None:
    past = build_history(
        [
            factories.phase_started("head", 0),
            factories.started(),
            factories.phase_started("head", 0),
        ]
    )
    assert [phase.number for phase in past.phases] == [1]


@pytest.mark.parametrize(
    ("trainable", "said"),
    [
        ("head", "head alone"),
        ("everything", "everything"),
        ("last 10", "last 10 layers"),
        ("last 1", "last layer"),
    ],
)
def test_phases_are_named(trainable: str, said: str) -> None:
    assert history.phase_label(factories.phase_started(trainable, 0)) == said


def test_features_count_only_while_they_are_the_last_word() -> None:
    looking = [factories.started(), factories.feature_progress(340)]
    assert build_history(looking).features == looking[-1]
    assert build_history([*looking, factories.step(10)]).features is None


def test_images_seen_are_epochs_times_the_training_set():
    past = history.build_history(factories.training_events(epochs=2))
    points = history.validation_curve(past, "loss", axis="images")
    assert [x for x, _ in points] == [55_000, 110_000]
