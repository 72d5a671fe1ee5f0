"""What a page does in the browser itself: keep values there, announce, scroll.

One small component (`browser_state.js`) does it all; it also keeps the keyboard focus where it was
when a rerun replaces the focused button.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import streamlit as st

SCRIPT = Path(__file__).with_suffix(".js")
SCROLL_VERSION = "scroll version"
"""Session-state key: how many scrolls have been requested."""

ANSWERED = "browser has answered"
"""Session-state key: whether the component runs in this session's browser."""
FORGOTTEN = "browser forgets"
"""Session-state key: whether the browser has forgotten what it had kept when the session began."""
COOKIE_PREFIX = "fashion-mnist-lab-"


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component("browser_state", js=SCRIPT.read_text())


def keep_focus(*, asks: bool) -> None:
    """Keep the keyboard focus across reruns; once on each page is enough.

    If `asks`, the component answers once that it runs in this browser, in a rerun of its own. A
    page that changes the query parameters needs to know: see `query_params.write`.
    """
    result = _component()(
        key="browser focus",
        data={"kind": "focus", "asks": asks and not has_answered()},
        default={"runs": False},
        on_runs_change=_ignore,
        height=1,
    )
    if result.runs:
        st.session_state[ANSWERED] = True


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


def let_strokes_through(target: str) -> None:
    """Keep the unseen toolbar of the canvas in the container `target` from taking strokes."""
    key = f"browser canvas {target}"
    _component()(key=key, data={"kind": "canvas", "target": target}, height=1)


def keep_value(name: str, value: str) -> None:
    """Keep a short value in a cookie, for a year; an empty one deletes it."""
    data = {"kind": "keep", "name": COOKIE_PREFIX + name, "value": value}
    _component()(key=f"browser value {name}", data=data, height=1)


def kept_value(name: str) -> str:
    """The value that the browser had kept when this session began; empty if none.

    It comes with the request that opens the session, so there is no need to ask and wait for a
    rerun. Such a rerun would also bring back the page on which the user has just clicked a link
    to another one: Streamlit 1.67 merges the two requests, and the later one wins.
    """
    if FORGOTTEN in st.session_state:
        return ""
    return unquote(st.context.cookies.get(COOKIE_PREFIX + name, ""))


def forget_all() -> None:
    """Forget everything about this user, as on a shared computer; `draw_forgetting` completes it.

    The session starts afresh, and no longer sees what the browser had kept.
    """
    st.session_state.clear()
    st.session_state[FORGOTTEN] = True


def draw_forgetting() -> None:
    """Have the browser forget all that this app has kept in it, if `forget_all` was called."""
    if FORGOTTEN in st.session_state:
        data = {"kind": "forget", "prefix": COOKIE_PREFIX}
        _component()(key="browser forgets", data=data, height=1)


def keep_in_tab(name: str, value: str) -> None:
    """Keep a long value in this tab, across reloads; an empty one deletes it."""
    data = {"kind": "keep in tab", "name": COOKIE_PREFIX + name, "value": value}
    _component()(key=f"browser value {name}", data=data, height=1)


def kept_in_tab(name: str) -> str | None:
    """The value that this tab has kept; `None` until the browser answers, in a rerun of its own.

    Empty at once if no tab of this browser has kept one.
    """
    if not kept_value(name):
        return ""
    result = _component()(
        key=f"browser question {name}",
        data={"kind": "ask tab", "name": COOKIE_PREFIX + name},
        default={"stored": None},
        on_stored_change=_ignore,
        height=1,
    )
    stored: str | None = result.stored
    return stored


def has_answered() -> bool:
    """Whether the component is known to run in this session's browser."""
    return ANSWERED in st.session_state


def note_running() -> None:
    """Record that the component runs in the browser, since a page has been drawn before."""
    st.session_state[ANSWERED] = True


def _ignore() -> None:
    """A component reports a state only if it has a callback for it."""
