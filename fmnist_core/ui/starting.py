"""Name a run and start it."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fmnist_core.jobs import queue
from fmnist_core.runs.store import NAME_LENGTH
from fmnist_core.training.cost_estimate import Estimate
from fmnist_core.ui import address, notices, picking
from fmnist_core.ui.links import Choice

STUDENT = "student"
"""Where the name of who sits before this browser is kept."""
PLACE = "start"
SETUP = "setup"


def setup() -> DeltaGenerator:
    """Where a run is set up: open until one is started or asked for, so that curves come first."""
    st.session_state.setdefault(SETUP, not address.asks_for_run())
    return st.expander("**New run**", key=SETUP, on_change="rerun", icon=":material/add:")


def panel(choice: Choice, estimate: Estimate | None, *, possible: bool) -> None:
    """Two names and the button."""
    left, right = st.columns(2)
    left.text_input(
        "Name of the run", placeholder=choice.preset.title, max_chars=NAME_LENGTH, key="run name"
    )
    with right:
        ask_student()
    st.button(
        "Train",
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        disabled=not possible,
        help=None if possible else "Fashion-MNIST is not on this machine.",
        on_click=_start,
        args=(choice, estimate.seconds(choice.recipe) if estimate else None),
    )
    notices.show(PLACE)


def ask_student() -> None:
    """Who sits before this browser; wherever it is asked, the answer is kept."""
    st.text_input(
        "Your name",
        placeholder="optional",
        max_chars=NAME_LENGTH,
        key=STUDENT,
        persist_state="session",
    )


def _start(choice: Choice, expected_seconds: float | None) -> None:
    run = notices.attempt(
        PLACE,
        queue.submit,
        choice.recipe,
        name=st.session_state["run name"] or choice.preset.title,
        by=st.session_state[STUDENT],
        expected_seconds=expected_seconds,
    )
    if run:
        st.session_state[SETUP] = False
        picking.show_next(run.id)
