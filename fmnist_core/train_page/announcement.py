"""What a screen reader says when the shown run starts, ends, fails or warns."""

import streamlit as st

from fmnist_core.formatting import format_percent
from fmnist_core.runs.run import RunState
from fmnist_core.runs.summary import RunSummary
from fmnist_core.training.history import History
from fmnist_core.ui import browser_state

ANNOUNCED = "announced run"
"""Session-state key: id, state and number of warnings of the run when last drawn, and the text."""
Moment = tuple[str, RunState, int]


def draw_announcement(run: RunSummary | None, history: History | None) -> None:
    """Announce what has changed since the last time; call it once in the live view."""
    before, text = st.session_state.get(ANNOUNCED, (None, ""))
    now: Moment | None = None
    if run and history:
        now = (run.id, run.state, len(history.warnings))
        if before and now != before:
            text = change_text(before, run, history)
    st.session_state[ANNOUNCED] = (now or before, text)
    browser_state.announce(text)


def change_text(before: Moment, run: RunSummary, history: History) -> str:
    """What has happened to the run since `before`; empty if another one was picked."""
    run_id, state, num_warnings = before
    if run.id == run_id and run.state is state and len(history.warnings) > num_warnings:
        return f"Warning: {history.warnings[-1]}"
    if run.id != run_id and not run.is_active:
        return ""
    if run.report:
        accuracy = format_percent(run.report.test_accuracy)
        return f"Training finished: {run.name}. Test accuracy {accuracy}."
    texts = {
        RunState.QUEUED: f"{run.name} is waiting in the queue.",
        RunState.RUNNING: f"Training started: {run.name}.",
        RunState.PAUSED: f"Training paused: {run.name}.",
        RunState.STOPPED: f"Training stopped: {run.name}.",
    }
    return texts.get(run.state, f"Training failed: {run.name}. {run.run.reason() or ''}".strip())
