"""Which search is shown: picked from the list, or named by the link."""

import streamlit as st

from fmnist_core.errors import RunError
from fmnist_core.formatting import escape_markdown
from fmnist_core.runs.summary import local_time
from fmnist_core.search import searches
from fmnist_core.search.searches import Search
from fmnist_core.ui import query_params

PARAM = "search"
PICKED = "picked search"
"""Session-state key of the widget: the id of a search."""


def requested_search() -> str | None:
    """The search that the link names, if it names one."""
    return st.query_params.get(PARAM)


def request_search(search_id: str) -> None:
    """Show this search from the next run of the page on."""
    st.session_state[PICKED] = search_id
    query_params.write({PARAM: search_id})


def pick_search() -> Search | None:
    """Draw the list of searches; `None` if there is none, or not the one of the link."""
    known = {search.id: search for search in searches.list_searches()}
    requested = requested_search()
    if requested and requested not in known:
        st.warning(
            f"The search {escape_markdown(requested[:40])} is not on this machine. It may have "
            "been deleted, or belong to another one."
        )
    if not known:
        return None
    if requested in known and PICKED not in st.session_state:
        st.session_state[PICKED] = requested
    if st.session_state.get(PICKED) not in known:
        st.session_state[PICKED] = next(iter(known))
    picked = st.selectbox(
        "Search",
        list(known),
        format_func=lambda search_id: search_label(known[search_id]),
        key=PICKED,
        label_visibility="collapsed",
        on_change=_write_param,
        persist_state="session",
    )
    return known[picked]


def _write_param() -> None:
    query_params.write({PARAM: st.session_state[PICKED]})


def search_label(search: Search) -> str:
    """`Quick MLP: Dropout · Mia · today, 11:14`; a damaged search has only its id."""
    try:
        spec = search.spec()
    except RunError:
        return f"{search.id} (damaged)"
    return " · ".join(filter(None, (spec.name, spec.by, local_time(spec.created))))
