"""Count the visits to pages, views and image sources, to detect when the user returns to one.

A click that interrupts a script run leaves the previous view's widgets in the session state, as if
they were still on the page. Code that must reset on return checks `current_visit()`.
"""

from typing import Literal

import streamlit as st

Kind = Literal["page", "view", "source"]
VISIT = "visit"
"""Session-state key of the number of the current visit."""


def state_key(kind: Kind) -> str:
    """Session-state key of the page, view or image source that the user is on."""
    return f"current {kind}"


def enter(kind: Kind, name: str) -> bool:
    """Record which page, view or image source the user is on; return whether it is another."""
    state, key = st.session_state, state_key(kind)
    if state.get(key) == name:
        return False
    state[key] = name
    state[VISIT] = current_visit() + 1
    return True


def current_visit() -> int:
    """A number that changes whenever the user goes to another page, view or source, or back."""
    visit: int = st.session_state.get(VISIT, 0)
    return visit
