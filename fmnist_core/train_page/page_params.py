"""Follow links to the Train page, and keep its query parameters up to date."""

import streamlit as st

from fmnist_core.access.addresses import CODE
from fmnist_core.train_page import form_state, recipe_params
from fmnist_core.train_page.recipe_params import RUN, RecipeChoice
from fmnist_core.train_page.state import TrainState, get_state
from fmnist_core.ui import query_params


def follow_link() -> RecipeChoice | None:
    """Return the choice to fill the widgets with, after a link or a return to the page.

    `None` while the user stays on the page. The run and the problems of a link go into the state.
    """
    state = get_state()
    params, written = st.query_params.to_dict(), _params(state)
    params.pop(CODE, None)  # it goes as soon as the browser has answered
    is_own = not params or params == written or query_params.is_echo(params)
    if form_state.is_drawn() and is_own:
        return None
    requested = params or written
    choice, problems = recipe_params.from_params(requested)
    if requested != written:
        state.link_choice, state.link_problems = choice, problems
    state.linked_run = state.requested_run = requested.get(RUN)
    query_params.note_written(requested)
    return choice


def links_to_run() -> bool:
    """Whether the link, or this session's earlier visit to the page, names a run to show."""
    return RUN in (st.query_params.to_dict() or _params(get_state()))


def draw_link_warning() -> None:
    """Show what is invalid in the followed link, until the recipe changes."""
    state = get_state()
    if state.link_problems and state.link_choice == state.choice:
        st.warning("Part of this link doesn't work: " + " ".join(state.link_problems))


def write_recipe() -> None:
    """Write the chosen recipe; the run in the URL stays."""
    query_params.write(_params(get_state()))


def write_run(run_id: str | None) -> None:
    """Write which run is shown, or none; the recipe stays."""
    state = get_state()
    state.linked_run = run_id
    query_params.write(_params(state))


def _params(state: TrainState) -> dict[str, str]:
    """The query parameters of this state."""
    params = recipe_params.to_params(state.choice) if state.choice else {}
    return params | ({RUN: state.linked_run} if state.linked_run else {})
