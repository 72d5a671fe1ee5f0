"""Widgets that keep their value across pages, whether set by the user or by code.

`persist_state="session"` keeps what the user has set. But a widget whose value code has set through
the session state comes back from another page without it (Streamlit 1.67), so the functions here
give such a widget a new key and make the value its default.
"""

from collections.abc import Callable, Container, Sequence
from typing import Any, Literal, TypeVar

import streamlit as st

from fmnist_core.runs import store
from fmnist_core.runs.store import MAX_NAME_LENGTH
from fmnist_core.ui import browser_state

T = TypeVar("T")
STUDENT, ENTERED = "student", "student entered"
"""Session-state keys: the student's name, and whether it was entered in this session."""


def initial_selection(key: str, current: Sequence[str], *, known: Container[str]) -> list[str]:
    """Default for the multiselect `key`: `current` on its first render, then unchanged.

    A different default would make Streamlit create a new widget and drop a pending click.
    """
    default_key = f"{key} default"
    if key not in st.session_state:
        st.session_state[default_key] = list(current)
    return [item for item in st.session_state[default_key] if item in known]


def button_row(
    label: str, options: Sequence[str], *, key: str, format_func: Callable[[str], str] = str
) -> str:
    """Draw a row of buttons and return the pressed one.

    It is `st.session_state[key]`, which code may set, and is kept across pages.
    """
    if st.session_state.get(key) not in options:
        st.session_state[key] = options[0]
    widget_key, default = _widget_key_and_default(key)
    pressed = st.segmented_control(
        label, options, default=default, format_func=format_func, required=True, key=widget_key,
        label_visibility="collapsed",
    )  # fmt: skip
    return _store(key, pressed or default)


def selectbox(
    label: str,
    options: Sequence[T],
    *,
    key: str,
    format_func: Callable[[T], str] = str,
    width: int | Literal["stretch"] = "stretch",
    help: str | None = None,
) -> T:
    """Draw a select box and return the chosen option.

    It is `st.session_state[key]`, which code may set, and is kept across pages.
    """
    widget_key, default = _widget_key_and_default_of(options, key)
    chosen = st.selectbox(
        label, options, options.index(default), format_func=format_func, key=widget_key,
        width=width, help=help,
    )  # fmt: skip
    return _store(key, chosen)


def select_slider(
    label: str,
    options: Sequence[T],
    *,
    key: str,
    format_func: Callable[[T], str] = str,
    help: str | None = None,
) -> T:
    """Draw a slider over these options and return the chosen one.

    It is `st.session_state[key]`, which code may set, and is kept across pages.
    """
    widget_key, default = _widget_key_and_default_of(options, key)
    chosen: T = st.select_slider(
        label, options, default, format_func=format_func, key=widget_key, help=help
    )
    return _store(key, chosen)


def number_input(
    label: str, *, max_value: int, key: str, width: int, help: str | None = None
) -> int:
    """Draw an input for a whole number from 0 to `max_value` and return it.

    It is `st.session_state[key]`, which code may set, and is kept across pages.
    """
    st.session_state[key] = min(st.session_state.get(key, 0), max_value)
    widget_key, default = _widget_key_and_default(key)
    number = st.number_input(
        label, 0, max_value, default, step=1, key=widget_key, width=width, help=help
    )  # fmt: skip
    return _store(key, int(number))


def is_first_render(key: str) -> bool:
    """Whether `button_row` or `number_input` with this key is not on the page yet."""
    return f"{key} {st.session_state.get(f'{key} version')}" not in st.session_state


def _widget_key_and_default(key: str) -> tuple[str, Any]:
    """Return the widget's own key, new when code has set the value, and its default.

    The default stays what it was on the widget's first render: a different default would create a
    new widget.
    """
    state = st.session_state
    drawn_key, version_key, default_key = f"{key} drawn", f"{key} version", f"{key} default"
    if version_key not in state or state[key] != state.get(drawn_key):
        state[version_key] = state.get(version_key, 0) + 1
    widget_key = f"{key} {state[version_key]}"
    if widget_key not in state:
        state[default_key] = state[key]
    return widget_key, state[default_key]


def _widget_key_and_default_of(options: Sequence[T], key: str) -> tuple[str, T]:
    """Like `_widget_key_and_default`; a value that is no longer an option becomes the first."""
    state = st.session_state
    if key not in state or state[key] not in options:
        state[key] = options[0]
    widget_key, default = _widget_key_and_default(key)
    if default not in options:  # other options make a new widget, whatever its key
        default = state[f"{key} default"] = state[key]
    return widget_key, default


def _store(key: str, value: T) -> T:
    st.session_state[key] = st.session_state[f"{key} drawn"] = value
    return value


def keep_student() -> None:
    """Keep the student's name in this browser, and take over the name it has kept.

    Once on each page, before `ask_student`. Only a name that was entered in this session is
    written, so that a second tab does not delete the name that the first has kept.
    """
    state = st.session_state
    if STUDENT not in state:
        state[STUDENT] = store.clean_name(browser_state.kept_value(STUDENT))
    with st.container(key="browser-student"):  # always one block: others keep their place
        if state.get(ENTERED, False):
            browser_state.keep_value(STUDENT, state[STUDENT])


def ask_student() -> None:
    """Ask for the student's name; the browser keeps it."""
    st.session_state.setdefault(STUDENT, "")
    widget_key, default = _widget_key_and_default(STUDENT)
    name = st.text_input(
        "Your name", default, placeholder="optional", max_chars=MAX_NAME_LENGTH, key=widget_key,
        on_change=_note_entered, args=(widget_key,),
    )  # fmt: skip
    _store(STUDENT, name or "")


def _note_entered(widget_key: str) -> None:
    """Use the entered name from now on, also in the browser, which is written first."""
    st.session_state[ENTERED] = True
    _store(STUDENT, st.session_state[widget_key] or "")


def get_student() -> str:
    """The name of this session's student on any page, or an empty string."""
    state = st.session_state
    name: str = state.get(STUDENT, "")
    is_drawn = name == state.get(f"{STUDENT} drawn")
    # A callback may be called before the field's own one has stored what was entered.
    entered: str | None = state.get(f"{STUDENT} {state.get(f'{STUDENT} version')}")
    return entered if is_drawn and entered is not None else name
