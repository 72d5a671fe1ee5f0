"""Name a run and start it."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fmnist_core.jobs import queue
from fmnist_core.runs.store import MAX_NAME_LENGTH
from fmnist_core.train_page import page_params, run_picker
from fmnist_core.train_page.recipe_params import RecipeChoice
from fmnist_core.training.cost_estimate import CostEstimate
from fmnist_core.ui import action_errors, own_runs, sticky_widgets

ACTION = "start"
SETUP, NAME = "setup", "run name"
"""Keys of the expander and of the name's input."""


def draw_setup() -> DeltaGenerator:
    """Draw the expander in which a run is set up.

    It is open until a run is started or linked, so that the run's curves come first.
    """
    st.session_state.setdefault(SETUP, not page_params.links_to_run())
    return st.expander("**New run**", key=SETUP, on_change="rerun", icon=":material/add:")


def draw_start(choice: RecipeChoice, estimate: CostEstimate | None, *, can_start: bool) -> None:
    """Draw the inputs for the run's and the student's name, and the button that starts the run."""
    left, right = st.columns(2)
    left.text_input(
        "Name this run", placeholder=choice.preset.title, max_chars=MAX_NAME_LENGTH, key=NAME
    )
    with right:
        sticky_widgets.ask_student()
    st.button(
        "Train",
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        disabled=not can_start,
        help=None if can_start else "The data or the initial weights are not on this machine.",
        on_click=_start_run,
        args=(choice, estimate.total_seconds(choice.recipe) if estimate else None),
    )
    action_errors.show_error(ACTION)


def _start_run(choice: RecipeChoice, expected_seconds: float | None) -> None:
    run = action_errors.run_action(
        ACTION,
        queue.submit_run,
        choice.recipe,
        name=st.session_state[NAME] or choice.preset.title,
        by=sticky_widgets.get_student(),
        expected_seconds=expected_seconds,
    )
    if run:
        st.session_state[SETUP] = False
        own_runs.note_started(run.id)
        run_picker.request_run(run.id)
