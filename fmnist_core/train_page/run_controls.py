"""The buttons of the shown run: control its training, queue it again, replay, export, pin."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fmnist_core.formatting import escape_markdown
from fmnist_core.jobs import control
from fmnist_core.runs import store
from fmnist_core.runs.run import Run, RunState
from fmnist_core.runs.summary import RunSummary
from fmnist_core.train_page import export_button, replay, run_dialogs
from fmnist_core.training.history import History
from fmnist_core.ui import action_errors, identity, run_actions

ACTION = "run controls"
RATE = "rate"
"""Key of the menu of the learning rate."""
PAUSE_BUTTONS = {
    False: ("Pause", "pause", "pause"),
    True: ("Resume", "play_arrow", "go on"),
}
"""By whether the run is paused: the button's label, its icon and its command."""
PAUSE_HINT = "If others wait, they train meanwhile."
PIN_HINT = "When the disk is full, the oldest runs may be deleted. Pinned ones stay."
BUTTON_STATES = ("running", "waiting", "ended")
RATE_FACTORS = {"÷ 10": 0.1, "÷ 2": 0.5, "× 2": 2.0, "× 10": 10.0}


def draw_controls(run: RunSummary, history: History, *, is_replay: bool) -> None:
    """Draw the buttons that control training, whichever the run allows in its state.

    Others than the owner and a teacher may only watch.
    """
    run_dialogs.open_requested()
    may_control = identity.may_control(run)
    with _button_row("run controls"):
        # A button in the place of another one can lose a click, as soon as it appears: the buttons
        # of each state have places of their own.
        running, waiting, ended = (_button_row(f"controls {state}") for state in BUTTON_STATES)
        with running:
            if may_control and run.state in (RunState.RUNNING, RunState.PAUSED):
                _draw_running_buttons(run, history)
        with waiting:
            if may_control and run.state is RunState.QUEUED:
                _draw_button("Cancel", "close", run_actions.cancel_run, run.run)
        with ended:
            if may_control and _can_continue(run) and not is_replay:
                _draw_button(
                    "Continue training", "play_arrow", run_actions.resume_run, run.run, primary=True
                )
    if run.is_active and not may_control:
        st.caption(f"Only {escape_markdown(run.by) or 'its owner'} or a teacher can control it.")
    action_errors.show_error(ACTION)


def _can_continue(run: RunSummary) -> bool:
    """Whether the run has ended early; a paused one has a button of its own."""
    return run.state.is_resumable and run.state is not RunState.PAUSED and not run.is_example


def draw_more_controls(run: RunSummary, history: History) -> None:
    """Draw the small buttons that do not train: replay, export, pin, rename, delete."""
    with _button_row("more-controls"):
        if history.seconds and not run.is_active:
            st.button(
                "Replay",
                icon=":material/replay:",
                key="do Replay",
                help="Watch the run again as if it were live, at any speed.",
                type="tertiary",
                on_click=replay.start_replay,
                args=(run.id, history.seconds),
            )
        export_button.draw_archive_button(run)
        export_button.draw_export_button(run)
        if _can_be_pinned(run):
            _draw_pin_button(run)
        run_dialogs.draw_buttons(run)
    export_button.draw_export_error(run)


def _can_be_pinned(run: RunSummary) -> bool:
    is_kept = run.is_example or run.state is RunState.DAMAGED
    return not is_kept and identity.may_control(run)


def _draw_pin_button(run: RunSummary) -> None:
    st.button(
        "Unpin" if run.is_pinned else "Pin",
        icon=":material/keep_off:" if run.is_pinned else ":material/keep:",
        key="do pin",
        help=PIN_HINT,
        type="tertiary",
        on_click=action_errors.run_action,
        args=(ACTION, _pin, run.run, not run.is_pinned),
    )


def _pin(run: Run, pinned: bool) -> None:
    run_actions.require_control(run)
    store.pin_run(run, pinned=pinned)


def _button_row(key: str) -> DeltaGenerator:
    return st.container(
        horizontal=True, vertical_alignment="center", gap="small", width="content", key=key
    )


def _draw_running_buttons(run: RunSummary, history: History) -> None:
    # One button with two labels: two buttons would be side by side for a moment, and what follows
    # them would move away from under a pointer that is about to click.
    is_paused = history.is_paused or run.state is RunState.PAUSED
    label, icon, command = PAUSE_BUTTONS[is_paused]
    _draw_button(
        label, icon, run_actions.control_run, run.run, command,
        key="pause", primary=is_paused, width=110,
        hint="Go on, as soon as it is this run's turn." if is_paused else PAUSE_HINT,
    )  # fmt: skip
    hint = "Train to the end of this epoch, then pause."
    _draw_button(
        "Train one epoch", "skip_next", run_actions.control_run, run.run, "one epoch", hint=hint
    )
    hint = "End training here. You can continue later."
    st.button(
        "Stop",
        icon=":material/stop:",
        key="do Stop",
        help=hint,
        on_click=run_dialogs.request_stop,
        args=(run.id,),
    )
    if run.state is RunState.RUNNING:
        _draw_rate_menu(run, history)


def _draw_rate_menu(run: RunSummary, history: History) -> None:
    """Draw a menu, which closes after a choice and does not stay before the charts."""
    factor = control.requested_factor(run.run) or history.learning_rate_factor
    rate = history.steps[-1].learning_rate if history.steps else None
    now = f" {rate_text(rate)}" if rate else ""
    st.menu_button(
        f"Learning rate{now}",
        # A choice comes back as its text: texts that follow the rate would be outdated by then.
        list(RATE_FACTORS),
        icon=":material/speed:",
        key=RATE,
        width=218,
        on_click=_change_rate,
        args=(run, factor),
    )


def rate_text(rate: float) -> str:
    """A learning rate with two digits, never as a power of ten: `0.00035`."""
    return f"{Decimal(f'{rate:.2g}'):f}"


def _change_rate(run: RunSummary, factor: float) -> None:
    change = RATE_FACTORS.get(st.session_state[RATE])
    if change:
        action_errors.run_action(
            ACTION, run_actions.control_run, run.run, "learning rate", factor * change
        )


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
