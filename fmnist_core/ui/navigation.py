"""Where somebody is: a page, a view of it, a way in; and how often they have gone elsewhere.

A click that interrupts a run leaves the widgets of the place before in the session's state, as if
they were still on the page. What has to know that it is there anew asks here.
"""

from typing import Literal

import streamlit as st

Kind = Literal["page", "view", "way"]


def enter(kind: Kind, name: str) -> None:
    """Somebody is in this page, view or way."""
    state, key = st.session_state, f"place: {kind}"
    if state.get(key) != name:
        state[key] = name
        state["visit"] = current_visit() + 1


def current_visit() -> int:
    """Another number in every place, and each time that somebody comes back to it."""
    number: int = st.session_state.get("visit", 0)
    return number
