"""Name a run and start it."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fmnist_core.runs import queue
from fmnist_core.runs.store import NAME_LENGTH
from fmnist_core.training.estimate import Estimate
from fmnist_core.ui import address, notices, picking
from fmnist_core.ui.links import Choice

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
    right.text_input(
        "Your name",
        placeholder="optional",
        max_chars=NAME_LENGTH,
        key="student",
        persist_state="session",
    )
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


def _start(choice: Choice, expected_seconds: float | None) -> None:
    run = notices.attempt(
        PLACE,
        queue.submit,
        choice.recipe,
        name=st.session_state["run name"] or choice.preset.title,
        by=st.session_state["student"],
        expected_seconds=expected_seconds,
    )
    if run:
        st.session_state[SETUP] = False
        picking.show_next(run.id)
