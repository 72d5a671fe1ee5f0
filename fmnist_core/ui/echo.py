"""Tell a link that somebody comes by from an address that the page itself has written.

A click that a browser sends before it hears of the newest address still brings the one before.
"""

import time
from collections.abc import Mapping

import streamlit as st

PATIENCE_SECONDS = 8.0
"""For how long an address that was replaced may still come back."""
CURRENT, REPLACED = "address", "addresses before"


def wrote(params: Mapping[str, str]) -> None:
    """The address bar shows these parameters from now on."""
    state = st.session_state
    before, now = state.get(CURRENT), dict(params)
    if before is not None and before != now:
        recent = [each for each in state.get(REPLACED, []) if _is_recent(each[0])]
        state[REPLACED] = [*recent, (time.monotonic(), before)]
    state[CURRENT] = now


def is_echo(params: Mapping[str, str]) -> bool:
    """Whether this page has written them, now or a moment ago."""
    state, asked = st.session_state, dict(params)
    if asked == state.get(CURRENT):
        return True
    return any(asked == old and _is_recent(when) for when, old in state.get(REPLACED, []))


def _is_recent(when: float) -> bool:
    return time.monotonic() - when < PATIENCE_SECONDS
