"""The buttons of the shown run: control its training, queue it again, replay, export, rename."""

from collections.abc import Callable
from typing import Any, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fmnist_core.jobs import control, queue
from fmnist_core.runs.run import RunState
from fmnist_core.runs.summary import RunSummary
from fmnist_core.train_page import export_button, replay, run_dialogs, run_picker
from fmnist_core.training.history import History
from fmnist_core.ui import action_errors

ACTION = "run controls"
PAUSE_BUTTONS = {
    False: ("Pause", "pause", "pause"),
    True: ("Resume", "play_arrow", "go on"),
}
"""By whether the run is paused: the button's label, its icon and its command."""
RATE_FACTORS = {"÷ 10": 0.1, "÷ 2": 0.5, "× 2": 2.0, "× 10": 10.0}


def draw_controls(run: RunSummary, history: History) -> None:
    """Draw every button that the run allows in its state."""
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="run controls"
    ):
        # The popover is a block: it has a place of its own, where no button is ever drawn.
        running, rate, idle, general = (_draw_group() for _ in range(4))
        if run.state is RunState.RUNNING:
            with running:
                _draw_running_buttons(run, history)
            with rate:
                _draw_rate_buttons(run, history)
        with idle:
            if run.state is RunState.QUEUED:
                _draw_button("Cancel", "close", queue.cancel_run, run.run)
            elif run.state is not RunState.RUNNING:
                _draw_idle_buttons(run, history)
        with general:
            if run.state is RunState.FINISHED:
                _draw_compare_link(run)
            export_button.draw_export_button(run)
            run_dialogs.draw_buttons(run)
    action_errors.show_error(ACTION)
    export_button.draw_export_error(run)


def _draw_group() -> DeltaGenerator:
    return st.container(horizontal=True, vertical_alignment="center", width="content", gap="small")


def _draw_compare_link(run: RunSummary) -> None:
    """Link to the confusion matrices of the shown and the overlaid runs."""
    st.page_link(
        "pages/compare.py",
        label="Compare",
        icon=":material/compare:",
        query_params={"runs": ",".join(run_picker.picked_ids(run)), "view": "confusion"},
    )


def _draw_running_buttons(run: RunSummary, history: History) -> None:
    # One button with two labels: two buttons would be side by side for a moment, and what follows
    # them would move away from under a pointer that is about to click.
    label, icon, command = PAUSE_BUTTONS[history.is_paused]
    _draw_button(
        label, icon, control.send_command, run.run, command,
        key="pause", primary=history.is_paused, width=110,
    )  # fmt: skip
    hint = "Train to the end of this epoch, then pause."
    _draw_button(
        "Train one epoch", "skip_next", control.send_command, run.run, "one epoch", hint=hint
    )
    hint = "End training here. You can continue later."
    _draw_button("Stop", "stop", control.send_command, run.run, "stop", hint=hint)


def _draw_rate_buttons(run: RunSummary, history: History) -> None:
    factor = control.requested_factor(run.run) or history.learning_rate_factor
    with st.popover("Learning rate", icon=":material/speed:", key="rate"):
        scheduled = f"{factor:g}× the schedule"
        current = (
            f"{history.steps[-1].learning_rate:.2g} ({scheduled})" if history.steps else scheduled
        )
        st.caption(f"Learning rate: {current}. Change it by:")
        with st.container(horizontal=True, gap="small"):
            for label, change in RATE_FACTORS.items():
                _draw_button(
                    label, None, control.send_command, run.run, "learning rate", factor * change
                )


def _draw_idle_buttons(run: RunSummary, history: History) -> None:
    if run.state.is_resumable and not run.is_example:
        _draw_button("Continue training", "play_arrow", queue.resume_run, run.run, primary=True)
    hint = "Watch the run again as if it were live, at any speed."
    if history.seconds and replay.get_replay(run.id) is None:
        _draw_button("Replay", "replay", replay.start_replay, run.id, history.seconds, hint=hint)


def _draw_button(
    label: str,
    icon: str | None,
    action: Callable[..., object],
    *args: Any,
    key: str | None = None,
    hint: str | None = None,
    primary: bool = False,
    width: int | Literal["content"] = "content",
) -> None:
    # A callback: a rerun that something else on the page requests can swallow the return value of
    # a button (seen with Streamlit 1.67).
    st.button(
        label,
        icon=f":material/{icon}:" if icon else None,
        key=f"do {key or label}",
        help=hint,
        type="primary" if primary else "secondary",
        width=width,
        on_click=action_errors.run_action,
        args=(ACTION, action, *args),
    )
