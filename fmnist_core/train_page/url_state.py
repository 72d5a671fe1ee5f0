"""The address bar: what it asks for when somebody arrives, and what it says from then on."""

import streamlit as st

from fmnist_core.train_page import recipe_link
from fmnist_core.train_page.recipe_link import RecipeChoice
from fmnist_core.ui import query_params


def arriving() -> RecipeChoice | None:
    """The choice to begin with where somebody came by a link or back to the page, else `None`.

    It also notes the run that the link shows, and what in the link is not possible.
    """
    params, written = st.query_params.to_dict(), st.session_state.get("link")
    here_before = "model" in st.session_state
    if here_before and (not params or params == written or query_params.is_echo(params)):
        return None
    asked = params or written or {}
    choice, complaints = recipe_link.from_params(asked)
    if asked != written:
        st.session_state["link complaints"] = (recipe_link.to_params(choice), complaints)
    st.session_state["link"] = asked
    query_params.note_written(asked)
    st.session_state["run to show"] = asked.get(recipe_link.SHOWN)
    return choice


def asks_for_run() -> bool:
    """Whether the link names the run to show."""
    return recipe_link.SHOWN in (st.query_params.to_dict() or _link())


def complaints() -> None:
    """What the link asked for in vain, until another recipe is chosen."""
    led_to, said = st.session_state.get("link complaints", ({}, []))
    if said and led_to == _recipe_part():
        st.warning("This link asks for something that is not possible. " + " ".join(said))


def say_recipe(choice: RecipeChoice) -> None:
    """Write the recipe; the run that is shown stays."""
    shown = {name: text for name, text in _link().items() if name == recipe_link.SHOWN}
    _write(recipe_link.to_params(choice) | shown)


def say_run(run_id: str | None) -> None:
    """Write which run is shown, or that none was asked for; the recipe stays."""
    _write(_recipe_part() | ({recipe_link.SHOWN: run_id} if run_id else {}))


def _link() -> dict[str, str]:
    link: dict[str, str] = st.session_state.get("link", {})
    return link


def _recipe_part() -> dict[str, str]:
    return {name: text for name, text in _link().items() if name != recipe_link.SHOWN}


def _write(params: dict[str, str]) -> None:
    st.session_state["link"] = params
    query_params.note_written(params)
    if st.query_params.to_dict() != params:
        st.query_params.from_dict(params)
