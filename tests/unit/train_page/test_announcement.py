"""What is announced when the shown run changes."""

from pathlib import Path

import pytest

from fmnist_core.runs.run import Run, RunState
from fmnist_core.runs.summary import RunSummary
from fmnist_core.train_page import announcement
from fmnist_core.training.history import build_history
from fmnist_core.training.presets import PRESETS
from tests import factories

RECIPE = PRESETS["mlp-quick"].recipe


def run_in(state: RunState, run_id: str = "a") -> RunSummary:
    report = factories.report(RECIPE) if state is RunState.FINISHED else None
    return RunSummary(run=Run(Path(run_id)), state=state, name="Quick MLP", report=report)


def text_after(before: RunState, after: RunState, *, from_run: str = "a") -> str:
    run = run_in(after)
    return announcement.change_text((from_run, before, 0), run, build_history([]))


def test_start_end_stop_and_failure() -> None:
    running = RunState.RUNNING
    assert text_after(RunState.QUEUED, running) == "Training started: Quick MLP."
    assert text_after(running, RunState.FINISHED) == (
        "Training finished: Quick MLP. Test accuracy 88.7%."
    )
    assert text_after(running, RunState.STOPPED) == "Training stopped: Quick MLP."
    assert text_after(running, RunState.FAILED).startswith("Training failed: Quick MLP.")


def test_a_warning() -> None:
    history = build_history([factories.warning()])
    text = announcement.change_text(("a", RunState.RUNNING, 0), run_in(RunState.RUNNING), history)
    assert text == "Warning: The loss has exploded."


@pytest.mark.parametrize(
    ("state", "is_silent"), [(RunState.FINISHED, True), (RunState.RUNNING, False)]
)
def test_picking_another_run_is_announced_only_while_it_trains(
    state: RunState, is_silent: bool
) -> None:
    assert (text_after(RunState.RUNNING, state, from_run="b") == "") is is_silent
