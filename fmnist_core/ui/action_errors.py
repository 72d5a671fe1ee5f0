"""Run a user action and show its error beside the control that started it."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import streamlit as st

from fmnist_core.errors import LabError
from fmnist_core.ui import run_list

Inputs = ParamSpec("Inputs")
Result = TypeVar("Result")


def run_action(
    key: str, action: Callable[Inputs, Result], *args: Inputs.args, **kwargs: Inputs.kwargs
) -> Result | None:
    """Call `action`; on a `LabError` return `None` and keep its message for `show_error(key)`."""
    st.session_state.pop(_state_key(key), None)
    try:
        return action(*args, **kwargs)
    except LabError as error:
        st.session_state[_state_key(key)] = str(error)
        return None
    finally:
        run_list.refresh()


def has_failed(key: str) -> bool:
    """Whether the last action under this key failed."""
    return _state_key(key) in st.session_state


def show_error(key: str) -> None:
    """Show why the last action failed, if it did; always one block, so that what follows stays."""
    with st.container():
        if has_failed(key):
            st.error(st.session_state[_state_key(key)])


def _state_key(key: str) -> str:
    return f"error of {key}"
