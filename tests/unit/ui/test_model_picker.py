"""Which models predict: the user's own last run and two examples, or those of a link."""

from types import SimpleNamespace

import pytest
import streamlit as st

from fmnist_core.runs import zoo
from fmnist_core.ui import link_problems, model_picker, own_runs
from fmnist_core.ui.query_params import PageLink


def run(run_id: str, *, created: str = "", is_example: bool = False):
    return SimpleNamespace(
        id=run_id, created=created, is_example=is_example, by="", owner="", report=object()
    )


pytestmark = pytest.mark.usefixtures("state")
EXAMPLES = [run(name, is_example=True) for name in (*zoo.PREDICTING, "resnet50")]


def pick(*own: str, link: PageLink | None = None) -> list[str]:
    """Pick from the examples and one's own finished runs, oldest first."""
    st.session_state[own_runs.STARTED] = list(own)
    runs = [*EXAMPLES, *(run(run_id, created=f"2026-01-0{day}") for day, run_id in enumerate(own))]
    model_picker._update_picked({run.id: run for run in runs}, link)
    return st.session_state[model_picker.PICKED_KEY]


def test_two_examples_without_a_run_of_ones_own():
    assert pick() == list(zoo.PREDICTING)


def test_ones_last_own_run_comes_first():
    assert pick("first", "second") == ["second", *zoo.PREDICTING]


def test_a_new_run_takes_the_place_of_the_previous_one():
    pick("first")
    assert pick("first", "second") == ["second", *zoo.PREDICTING]


def test_own_run_that_was_removed_stays_away(state):
    pick("first")
    state[model_picker.PICKED_KEY] = ["mlp"]
    assert pick("first") == ["mlp"]


def test_link_wins():
    assert pick("first", link=PageLink(models=("mlp",))) == ["mlp"]
    assert pick("first") == ["mlp"]
    assert pick("first", "second") == ["second", "mlp"]


def test_unknown_models_of_a_link_are_named(state):
    assert pick(link=PageLink(models=("nobody", "mlp"))) == ["mlp"]
    assert "nobody" in state[link_problems.KEY][0]
