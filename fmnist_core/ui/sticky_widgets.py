"""Widgets that keep what was chosen in them, by a click or by code."""

from collections.abc import Callable, Container, Sequence
from typing import Any, TypeVar

import streamlit as st

from fmnist_core.runs.store import NAME_LENGTH

T = TypeVar("T")


def initial_selection(key: str, now: Sequence[str], *, known: Container[str]) -> list[str]:
    """The default of a list with this key: `now` when it comes onto the page, and so from then on.

    With another default it would be another list, and lose a click that comes before it is drawn.
    """
    place = f"{key} began with"
    if key not in st.session_state:
        st.session_state[place] = list(now)
    return [each for each in st.session_state[place] if each in known]


def button_row(
    label: str, options: Sequence[str], *, key: str, format_func: Callable[[str], str] = str
) -> str:
    """A row of buttons, one of them pressed: what `st.session_state[key]` says, which code may set.

    It is kept over page changes.
    """
    if st.session_state.get(key) not in options:
        st.session_state[key] = options[0]
    widget, began = _settled(key)
    pressed = st.segmented_control(
        label, options, default=began, format_func=format_func, required=True, key=widget,
        label_visibility="collapsed",
    )  # fmt: skip
    return _told(key, pressed or began)


def is_first_render(key: str) -> bool:
    """Whether the widget of this name is not on the page yet: somebody opens the page."""
    return f"{key} {st.session_state.get(f'{key} number')}" not in st.session_state


def number_input(label: str, *, most: int, key: str, width: int, help: str | None = None) -> int:
    """A whole number from 0 to `most`: what `st.session_state[key]` says, which code may set.

    It is kept over page changes.
    """
    st.session_state[key] = min(st.session_state.get(key, 0), most)
    widget, began = _settled(key)
    given = st.number_input(
        label, 0, most, began, step=1, key=widget, width=width, help=help
    )  # fmt: skip
    return _told(key, int(given))


def _settled(key: str) -> tuple[str, Any]:
    """The widget's own key, and with what it began when it came onto the page.

    A widget whose value code has set comes back from another page without one. So what code sets
    is where a new widget begins.
    """
    state = st.session_state
    drawn, number, start = f"{key} drawn", f"{key} number", f"{key} start"
    if state[key] != state.get(drawn):
        state[number] = state.get(number, 0) + 1
    widget = f"{key} {state[number]}"
    if widget not in state:
        state[start] = state[key]
    return widget, state[start]


def _told(key: str, value: T) -> T:
    st.session_state[key] = st.session_state[f"{key} drawn"] = value
    return value


STUDENT = "student"
"""Where the name of who sits before this browser is kept."""


def ask_student() -> None:
    """Who sits before this browser; wherever it is asked, the answer is kept."""
    st.text_input(
        "Your name",
        placeholder="optional",
        max_chars=NAME_LENGTH,
        key=STUDENT,
        persist_state="session",
    )
