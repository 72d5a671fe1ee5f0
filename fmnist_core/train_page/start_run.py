"""Name a run and start it."""

import time

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fmnist_core.formatting import escape_markdown
from fmnist_core.runs import run_names, store
from fmnist_core.runs.store import MAX_NAME_LENGTH
from fmnist_core.train_page import form_state, page_params, run_picker
from fmnist_core.train_page.recipe_params import RecipeChoice
from fmnist_core.training.recipe import Recipe
from fmnist_core.ui import action_errors, run_actions, sticky_widgets

ACTION = "start"
SETUP, NAME = "setup", "run name"
"""Keys of the expander and of the name's input."""
LAST_START = "last start"
"""Session-state key: the last started run, and when (monotonic clock)."""
REPEAT_SECONDS = 3.0
"""Within this time, a second start of the same run is a double click."""
Start = tuple[Recipe, str, str]
"""A recipe, the name of the run and the student's."""


def draw_setup(*, is_open: bool | None) -> DeltaGenerator:
    """Draw the expander in which a run is set up; `None` leaves it as it is.

    At first it is open, unless the link names a run. Starting a run closes it, so that the run's
    curves come first.
    """
    if is_open is not None:
        st.session_state[SETUP] = is_open
    st.session_state.setdefault(SETUP, not page_params.links_to_run())
    return st.expander("**New run**", key=SETUP, on_change="rerun", icon=":material/add:")


def draw_start(choice: RecipeChoice, *, can_start: bool) -> None:
    """Draw the inputs for the student's and the run's name, and the button that starts the run."""
    with st.container(key="names", horizontal=True, gap="small"):
        sticky_widgets.ask_student()
        st.text_input("Name this run", placeholder="automatic", max_chars=MAX_NAME_LENGTH, key=NAME)
    st.button(
        "Train",
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        key="train",
        disabled=not can_start,
        help=None if can_start else "The data or the initial weights are not on this machine.",
        on_click=_start_run,
    )
    listed = " · ".join(filter(None, [sticky_widgets.get_student(), run_name(choice)]))
    st.caption(f"Will be listed as **{escape_markdown(listed)}**")
    action_errors.show_error(ACTION)


def run_name(choice: RecipeChoice) -> str:
    """The name that the user has entered, else one made from preset and changes."""
    entered: str = st.session_state.get(NAME) or ""
    return store.clean_name(entered) or run_names.default_name(choice.preset, choice.recipe)


def _start_run() -> None:
    """Start a run with what the widgets hold now, which may be newer than what was drawn.

    A value that is not allowed starts none; the page then says what is wrong with it.
    """
    preset_key = st.session_state[form_state.PRESET]
    if not form_state.is_valid(preset_key):
        return
    choice = form_state.read_choice(preset_key)
    name, student = run_name(choice), sticky_widgets.get_student()
    if _was_just_started((choice.recipe, name, student)):
        return
    run = action_errors.run_action(ACTION, run_actions.start_run, choice.recipe, name=name)
    if run:
        st.session_state[LAST_START] = ((choice.recipe, name, student), time.monotonic())
        st.session_state[SETUP] = False
        st.session_state[NAME] = ""
        run_picker.request_run(run.id)


def _was_just_started(start: Start) -> bool:
    """Whether the same run was started just now: a second one would give the same curve.

    A double click does that; and on a busy machine, one click has been delivered twice.
    """
    last_start, since = st.session_state.get(LAST_START, (None, 0.0))
    return start == last_start and time.monotonic() - since < REPEAT_SECONDS
