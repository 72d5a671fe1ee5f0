"""What can be done with the run that is shown: knobs while it trains, and its place in the lab."""

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

PLACE = "steering"
PAUSE = {
    False: ("Pause", "pause", "pause"),
    True: ("Go on", "play_arrow", "go on"),
}
"""By whether it is paused: words, icon and knob of the button."""
RATE_FACTORS = {"÷ 10": 0.1, "÷ 2": 0.5, "× 2": 2.0, "× 10": 10.0}


def buttons(row: RunSummary, past: History) -> None:
    """Everything that this run allows in its state."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="steering"):
        # The popover is a block: it has a place of its own, where no button ever stands.
        moving, rate, resting, keeping = (_place() for _ in range(4))
        if row.state is RunState.RUNNING:
            with moving:
                _while_running(row, past)
            with rate:
                _rate_buttons(row, past)
        with resting:
            if row.state is RunState.QUEUED:
                _button("Take out of the queue", "close", queue.cancel, row.run)
            elif row.state is not RunState.RUNNING:
                _while_resting(row, past)
        with keeping:
            if row.state is RunState.FINISHED:
                _compare_link(row)
            export_button.button(row)
            run_dialogs.buttons(row)
    action_errors.show_error(PLACE)
    export_button.complaint(row)


def _compare_link(row: RunSummary) -> None:
    """To its confusion matrix and its place among the others."""
    st.page_link(
        "pages/compare.py",
        label="Compare",
        icon=":material/compare:",
        query_params={"runs": ",".join(run_picker.together(row)), "view": "confusion"},
    )


def _place() -> DeltaGenerator:
    return st.container(horizontal=True, vertical_alignment="center", width="content", gap="small")


def _while_running(row: RunSummary, past: History) -> None:
    # One button with two faces: two would stand side by side for a moment, and what lies beside
    # them would move away from under a pointer that is about to click.
    words, icon, knob = PAUSE[past.paused]
    _button(words, icon, control.turn, row.run, knob, key="pause", primary=past.paused, width=110)
    hint = "Train to the end of this epoch, then pause."
    _button("One epoch", "skip_next", control.turn, row.run, "one epoch", hint=hint)
    hint = "End here. It can be resumed later."
    _button("Stop", "stop", control.turn, row.run, "stop", hint=hint)


def _rate_buttons(row: RunSummary, past: History) -> None:
    now = control.asked_factor(row.run) or past.learning_rate_factor
    with st.popover("Learning rate", icon=":material/speed:", key="rate"):
        st.caption(f"Now {now:g} times what the schedule says. From here on:")
        with st.container(horizontal=True, gap="small"):
            for words, factor in RATE_FACTORS.items():
                _button(words, None, control.turn, row.run, "learning rate", now * factor)


def _while_resting(row: RunSummary, past: History) -> None:
    if row.state.resumable and not row.shipped:
        _button("Resume", "play_arrow", queue.resume, row.run, primary=True)
    hint = "Watch it again as if it were live, at a speed of your choice."
    if past.seconds and replay.of(row.id) is None:
        _button("Replay", "replay", replay.start, row.id, past.seconds, hint=hint)


def _button(
    words: str,
    icon: str | None,
    action: Callable[..., object],
    *args: Any,
    key: str | None = None,
    hint: str | None = None,
    primary: bool = False,
    width: int | Literal["content"] = "content",
) -> None:
    # A callback: an `st.rerun` of something else on the page can swallow a button's own answer.
    st.button(
        words,
        icon=f":material/{icon}:" if icon else None,
        key=f"do {key or words}",
        help=hint,
        type="primary" if primary else "secondary",
        width=width,
        on_click=action_errors.run_action,
        args=(PLACE, action, *args),
    )
