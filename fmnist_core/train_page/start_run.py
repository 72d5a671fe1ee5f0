"""Name a run and start it."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fmnist_core.jobs import queue
from fmnist_core.runs.store import NAME_LENGTH
from fmnist_core.train_page import run_picker, url_state
from fmnist_core.train_page.recipe_link import RecipeChoice
from fmnist_core.training.cost_estimate import CostEstimate
from fmnist_core.ui import action_errors
from fmnist_core.ui.sticky_widgets import STUDENT, ask_student

PLACE = "start"
SETUP = "setup"


def setup() -> DeltaGenerator:
    """Where a run is set up: open until one is started or asked for, so that curves come first."""
    st.session_state.setdefault(SETUP, not url_state.asks_for_run())
    return st.expander("**New run**", key=SETUP, on_change="rerun", icon=":material/add:")


def panel(choice: RecipeChoice, estimate: CostEstimate | None, *, possible: bool) -> None:
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
        args=(choice, estimate.total_seconds(choice.recipe) if estimate else None),
    )
    action_errors.show_error(PLACE)


def _start(choice: RecipeChoice, expected_seconds: float | None) -> None:
    run = action_errors.run_action(
        PLACE,
        queue.submit,
        choice.recipe,
        name=st.session_state["run name"] or choice.preset.title,
        by=st.session_state[STUDENT],
        expected_seconds=expected_seconds,
    )
    if run:
        st.session_state[SETUP] = False
        run_picker.show_next(run.id)
