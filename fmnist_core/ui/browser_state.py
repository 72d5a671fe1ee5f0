"""What a page does in the browser itself: keep values there, announce, scroll.

One small component (`browser_state.js`) does it all; it also keeps the keyboard focus where it was
when a rerun replaces the focused button.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Literal

import streamlit as st

Storage = Literal["local", "session"]
"""`local` outlives the browser's window; `session` is one tab's, and survives a reload."""
SCRIPT = Path(__file__).with_suffix(".js")
SCROLL_VERSION = "scroll version"
"""Session-state key: how many scrolls have been requested."""

ANSWERED = "browser has answered"
"""Session-state key: whether the component runs in this session's browser."""


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component("browser_state", js=SCRIPT.read_text())


def keep_focus() -> None:
    """Keep the keyboard focus across reruns; once on each page is enough."""
    _component()(key="browser focus", data={"kind": "focus"}, height=1)


def announce(text: str) -> None:
    """Have a screen reader say `text` when it changes. Draw it in one place, also while empty."""
    _component()(key="browser announcement", data={"kind": "announce", "text": text}, height=1)


def request_scroll(target: str) -> None:
    """Scroll to the container with the key `target` at the next `draw_scroll`; for callbacks."""
    version = st.session_state.get(SCROLL_VERSION, ("", 0))[1]
    st.session_state[SCROLL_VERSION] = (target, version + 1)


def draw_scroll() -> None:
    """Do the last requested scroll, once. Draw it in the fragment that the request reruns."""
    target, version = st.session_state.get(SCROLL_VERSION, ("", 0))
    if version:
        data = {"kind": "scroll", "target": target, "version": version}
        _component()(key="browser scroll", data=data, height=1)


def keep_value(name: str, value: str | None, *, storage: Storage) -> str | None:
    """Keep `value` in the browser; return what it had kept when this session began.

    While the session has no value of its own, pass `None`: the browser is asked then, and answers
    in a rerun of its own, with an empty string if it has kept nothing. An empty `value` deletes
    what is kept. Returns `None` until the browser has answered, and after it was asked no more.
    """
    # Two keys: a page script may ask, and a fragment of the same run keep.
    result = _component()(
        key=f"browser {'question' if value is None else 'value'} {name}",
        data={"kind": "keep", "name": name, "storage": storage, "value": value},
        default={"stored": None},
        on_stored_change=_ignore,
        height=1,
    )
    stored: str | None = result.stored
    if stored is not None:
        st.session_state[ANSWERED] = True
    return stored


def has_answered() -> bool:
    """Whether the component runs in the browser; asked for a value, it answers soon."""
    return ANSWERED in st.session_state


def _ignore() -> None:
    """A component reports a state only if it has a callback for it."""
