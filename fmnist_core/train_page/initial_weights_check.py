"""Before launch: whether the weights that a recipe asks for can be had."""

import threading

import streamlit as st

from fmnist_core import paths
from fmnist_core.runs import initial_weights
from fmnist_core.train_page import form_state
from fmnist_core.training.recipe import Recipe
from fmnist_core.ui import polling

POLL_SECONDS = 0.5
AT_ONCE_SECONDS = 0.4
"""An answer from the disk, or from a hub that is quick, comes before the page goes on."""


class WeightsCheck:
    """One question, answered in a thread: a hub that does not answer takes seconds to say so."""

    def __init__(self, recipe: Recipe) -> None:
        self.problem: str | None = None
        self._thread = threading.Thread(target=self._ask, args=(recipe,), daemon=True)
        self._thread.start()
        self._thread.join(AT_ONCE_SECONDS)

    def _ask(self, recipe: Recipe) -> None:
        self.problem = initial_weights.problem(recipe, paths.runs_folder())

    @property
    def is_open(self) -> bool:
        return self._thread.is_alive()


def check(recipe: Recipe) -> bool:
    """Whether it may start as far as its first weights go; says so where it may not."""
    with st.container():
        if recipe.weights == "scratch":
            return True
        inquiry = _inquiry(recipe)
        every = POLL_SECONDS if inquiry.is_open else None
        polling.poll(_answer, every=every, watch=lambda: inquiry.is_open)(inquiry)
        return not inquiry.is_open and inquiry.problem is None


def _inquiry(recipe: Recipe) -> WeightsCheck:
    """The one under way, or a new one: the answer of a minute ago may no longer hold."""
    asked = (recipe.model, recipe.weights)
    before, inquiry = st.session_state.get("inquiry", (None, None))
    if before != asked or inquiry is None or not inquiry.is_open:
        inquiry = WeightsCheck(recipe)
    st.session_state["inquiry"] = (asked, inquiry)
    return inquiry


def _answer(inquiry: WeightsCheck) -> None:
    if inquiry.is_open:
        st.caption(":material/hourglass_top: Looking whether its first weights can be had …")
        return
    if inquiry.problem:
        st.warning(inquiry.problem, icon=":material/cloud_off:")
        st.button(
            "Start from scratch instead",
            icon=":material/casino:",
            on_click=form_state.change,
            args=("weights", "scratch"),
        )
