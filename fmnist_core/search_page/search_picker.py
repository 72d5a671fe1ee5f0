"""Which search is shown: picked from the list, or named by the link."""

from collections.abc import Container

import streamlit as st

from fmnist_core.errors import RunError
from fmnist_core.runs.summary import local_time
from fmnist_core.search import searches
from fmnist_core.search.searches import Search
from fmnist_core.ui import link_problems, query_params

PARAM = "search"
PICKED = "picked search"
"""Session-state key of the widget: the id of a search."""


def requested_search() -> str | None:
    """The search that the link names, if it names one."""
    return st.query_params.get(PARAM)


def request_search(search_id: str) -> None:
    """Show this search from the next run of the page on."""
    st.session_state[PICKED] = search_id


def pick_search() -> Search | None:
    """Draw the list of searches; `None` if there is none. The URL then names the picked one."""
    known = {search.id: search for search in searches.list_searches()}
    _follow_link(known)
    link_problems.draw()
    if not known:
        return None
    if st.session_state.get(PICKED) not in known:
        st.session_state[PICKED] = next(iter(known))
    picked = st.selectbox(
        "Search",
        list(known),
        format_func=lambda search_id: search_label(known[search_id]),
        key=PICKED,
        label_visibility="collapsed",
        persist_state="session",
    )
    query_params.write({PARAM: picked})
    return known[picked]


def _follow_link(known: Container[str]) -> None:
    """Pick the search that a followed link names, or say that it is not here."""
    params = st.query_params.to_dict()
    requested = params.get(PARAM)
    if not requested or query_params.is_echo(params):
        return
    query_params.note_written(params)
    link_problems.clear()
    if requested in known:
        st.session_state[PICKED] = requested
    else:
        link_problems.add(
            f"The search '{requested[:40]}' is not on this machine. It may have been deleted, or "
            "belong to another one."
        )


def search_label(search: Search) -> str:
    """`Quick MLP: Dropout · Mia · today, 11:14`; a damaged search has only its id."""
    try:
        spec = search.spec()
    except RunError:
        return f"{search.id} (damaged)"
    return " · ".join(filter(None, (spec.name, spec.by, local_time(spec.created))))
