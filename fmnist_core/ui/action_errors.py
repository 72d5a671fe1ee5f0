"""Actions that may fail for a reason that the user can mend: said in a sentence, until the next."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import streamlit as st

from fmnist_core.errors import LabError
from fmnist_core.ui import run_list

Inputs = ParamSpec("Inputs")
Result = TypeVar("Result")


def run_action(
    place: str, action: Callable[Inputs, Result], *args: Inputs.args, **kwargs: Inputs.kwargs
) -> Result | None:
    """Do it; what goes wrong is shown by `show(place)`, in this rerun and the next ones."""
    key = f"trouble in {place}"
    st.session_state.pop(key, None)
    try:
        return action(*args, **kwargs)
    except LabError as error:
        st.session_state[key] = str(error)
        return None
    finally:
        run_list.refresh()


def has_failed(place: str) -> bool:
    """Whether the last attempt at this place went wrong."""
    return f"trouble in {place}" in st.session_state


def show_error(place: str) -> None:
    """What went wrong here, if anything did; always one block, so that its neighbours stay put."""
    with st.container():
        if has_failed(place):
            st.error(st.session_state[f"trouble in {place}"])
