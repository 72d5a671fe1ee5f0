"""The progress of a run, and how its batches are split."""

from pathlib import Path

import pytest

from fmnist_core.runs.run import Run, RunState
from fmnist_core.runs.summary import RunSummary
from fmnist_core.train_page import run_header
from fmnist_core.training.history import build_history
from fmnist_core.training.presets import PRESETS
from fmnist_core.training.recipe import Recipe
from tests import factories

TWO_PHASES = PRESETS["seed-resnet50v2"].recipe
QUICK = PRESETS["cnn-quick"].recipe


def run_of(recipe: Recipe, state: RunState = RunState.RUNNING) -> RunSummary:
    return RunSummary(run=Run(Path("a")), state=state, name="Ada's", recipe=recipe)


def test_progress_counts_all_phases() -> None:
    history = build_history(
        [
            factories.started(),
            factories.phase_started("head", 0),
            *factories.training_events(epochs=5)[1:],
        ]
    )
    fraction, label, text = run_header.progress(run_of(TWO_PHASES), TWO_PHASES, history)
    assert (fraction, label) == (5 / 20, "Training progress")
    assert text == "Phase 1 of 2: the head alone, learning rate 0.001"


def test_a_single_phase_has_no_text() -> None:
    history = build_history(factories.training_events(epochs=3))
    fraction, _, text = run_header.progress(run_of(QUICK), QUICK, history)
    assert (fraction, text) == (3 / QUICK.epochs, "")


def test_features_have_a_bar_of_their_own() -> None:
    history = build_history(
        [factories.started(), factories.phase_started("head", 0), factories.feature_progress(340)]
    )
    assert run_header.progress(run_of(TWO_PHASES), TWO_PHASES, history) == (
        0.34,
        "Features computed",
        "Computing features with the frozen backbone: 34%, 12 s left",
    )


@pytest.mark.parametrize(
    ("state", "text"), [(RunState.QUEUED, "Waiting in the queue"), (RunState.RUNNING, "Getting")]
)
def test_the_first_seconds_are_explained(state: RunState, text: str) -> None:
    run = run_of(QUICK, state)
    assert run_header.progress(run, QUICK, build_history([]))[2].startswith(text)


def test_only_a_run_that_trains_has_time_left() -> None:
    history = build_history(factories.training_events(epochs=3))

    def labels(*, has_time_left: bool) -> list[str]:
        figures = run_header._live_figures(QUICK, history, has_time_left=has_time_left)
        return [figure.label for figure in figures]

    assert "Time left" in labels(has_time_left=True)
    assert "Time left" not in labels(has_time_left=False)


@pytest.mark.parametrize(
    ("epochs", "reason", "text"),
    [
        (0.4, "Stopped by a user.", "Stopped at epoch 1 of 8. Press Continue training to go on."),
        (
            2,
            "Paused for too long.",
            "Stopped at epoch 2 of 8. Paused for too long. Press Continue training to go on.",
        ),
        (
            0,
            "Removed from the queue.",
            "Stopped before the first epoch. Removed from the queue. Press Continue training to "
            "start.",
        ),
    ],
)
def test_stopped_run_says_where_and_how_it_goes_on(epochs: float, reason: str, text: str) -> None:
    history = build_history(factories.training_events(epochs=epochs))
    assert run_header.stopped_text(QUICK.changed(epochs=8), history, reason) == text


def test_paused_run_says_where_and_how_it_goes_on() -> None:
    history = build_history(factories.training_events(epochs=2))
    text = run_header.paused_text(QUICK.changed(epochs=8), history)
    assert text.startswith("Paused at epoch 2 of 8; meanwhile others can train. Press Resume")


@pytest.mark.parametrize(
    ("micro_batch", "num_train", "text"),
    [
        (4, None, "batch of 16 in 4 micro-batches of 4"),
        (6, None, "batch of 16 in 3 micro-batches of 6"),
        (16, None, None),
        (None, None, None),
        (12, 12, None),
    ],
)
def test_micro_batches(micro_batch: int | None, num_train: int | None, text: str | None) -> None:
    recipe = Recipe.parse({"model": "mlp", "batch_size": 16})
    assert run_header.micro_batch_text(recipe, micro_batch, num_train) == text
