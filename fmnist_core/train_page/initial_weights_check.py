"""Check before the start that the initial weights and the teacher of a recipe are available."""

import threading

import streamlit as st

from fmnist_core import paths
from fmnist_core.runs import initial_weights
from fmnist_core.train_page import form_state
from fmnist_core.training.recipe import Recipe
from fmnist_core.ui import polling

POLL_SECONDS = 0.5
MAX_WAIT_SECONDS = 0.4
"""The page waits this long, enough to check the disk or a responsive hub."""
CHECK = "weights check"
"""Session-state key: what is checked, and the check."""


class WeightsCheck:
    """A check that runs in a thread: a hub that does not answer takes seconds to fail."""

    def __init__(self, recipe: Recipe) -> None:
        self.problem: str | None = None
        self.teacher_problem: str | None = None
        self._thread = threading.Thread(target=self._run, args=(recipe,), daemon=True)
        self._thread.start()
        self._thread.join(MAX_WAIT_SECONDS)

    def _run(self, recipe: Recipe) -> None:
        folder = paths.runs_folder()
        self.teacher_problem = initial_weights.teacher_problem(recipe, folder)
        self.problem = initial_weights.availability_problem(recipe, folder)

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()


def check_initial_weights(recipe: Recipe) -> bool:
    """Whether initial weights and teacher are known to be available; if not, show why."""
    with st.container():
        if recipe.weights == "scratch" and not recipe.distillation.teacher:
            return True
        check = _current_check(recipe)
        every = POLL_SECONDS if check.is_running else None
        polling.poll(_draw_result, every=every, watch=lambda: check.is_running)(check)
        return not (check.is_running or check.problem or check.teacher_problem)


def _current_check(recipe: Recipe) -> WeightsCheck:
    """Return the running check, else a new one: an earlier result may no longer hold."""
    key = (recipe.model, recipe.weights, recipe.distillation.teacher)
    last_key, check = st.session_state.get(CHECK, (None, None))
    if last_key != key or check is None or not check.is_running:
        check = WeightsCheck(recipe)
    st.session_state[CHECK] = (key, check)
    return check


def _draw_result(check: WeightsCheck) -> None:
    if check.is_running:
        st.caption(":material/hourglass_top: Checking that the initial weights are available …")
        return
    if check.problem:
        st.warning(check.problem, icon=":material/cloud_off:")
        st.button(
            "Start from scratch instead",
            icon=":material/casino:",
            on_click=form_state.set_field,
            args=("weights", "scratch"),
        )
    if check.teacher_problem:
        st.warning(check.teacher_problem, icon=":material/cloud_off:")
        st.button(
            "Train without a teacher",
            icon=":material/person_off:",
            on_click=form_state.set_field,
            args=("distillation.teacher", ""),
        )
