"""Choose two of the compared runs."""

import streamlit as st

from fmnist_core.evaluation.significance import Pair
from fmnist_core.runs.comparison import Comparison


def get_pair(comparison: Comparison) -> Pair:
    """Return the chosen pair, even before the select boxes are drawn."""
    first = st.session_state.get(_list_key("first", comparison)) or 0
    second = st.session_state.get(_list_key("second", comparison))
    if second is None or second == first:
        second = 0 if first else 1
    return first, second


def pick_pair(comparison: Comparison) -> Pair:
    """Ask for two different runs if there are more than two; return their indices."""
    indices = list(range(len(comparison.runs)))
    if len(indices) > 2:
        with st.container(horizontal=True):
            first = _draw_select_box("First", indices, "first", comparison)
            others = [index for index in indices if index != first]
            _draw_select_box("Second", others, "second", comparison)
    return get_pair(comparison)


def _draw_select_box(label: str, indices: list[int], name: str, comparison: Comparison) -> int:
    index = st.selectbox(
        label,
        indices,
        format_func=comparison.names.__getitem__,
        key=_list_key(name, comparison),
        persist_state="session",
    )
    return index or 0


def _list_key(name: str, comparison: Comparison) -> str:
    return f"{name} of {comparison.names}"
