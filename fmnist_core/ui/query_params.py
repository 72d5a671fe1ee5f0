"""Tell a link that somebody comes by from an address that the page itself has written.

A click that a browser sends before it hears of the newest address still brings the one before.
"""

import time
from collections.abc import Mapping, Sequence

import streamlit as st

from fmnist_core.data.datasets import DatasetKey
from fmnist_core.ui import image_links
from fmnist_core.ui.image_links import LinkedImage

ECHO_SECONDS = 8.0
"""For how long an address that was replaced may still come back."""
CURRENT, REPLACED = "address", "addresses before"


def note_written(params: Mapping[str, str]) -> None:
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
    return time.monotonic() - when < ECHO_SECONDS


def read_link() -> LinkedImage | None:
    """What somebody's link asks for when they come by it, else `None`."""
    params = st.query_params.to_dict()
    if not params or is_echo(params):
        return None
    note_written(params)
    return image_links.from_params(params)


def write_models(
    models: Sequence[str],
    *,
    test: int | None = None,
    data: DatasetKey = LinkedImage.data,
    view: str | None = None,
) -> None:
    """Let the address bar lead back to what is shown."""
    params = image_links.to_params(models, test=test, data=data, view=view)
    note_written(params)
    if st.query_params.to_dict() != params:
        st.query_params.from_dict(params)
