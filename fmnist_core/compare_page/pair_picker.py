"""Which two of the picked runs are set against each other."""

import streamlit as st

from fmnist_core.runs.comparison import Comparison

Pair = tuple[int, int]


def chosen(contest: Comparison) -> Pair:
    """What the lists hold, or will hold when they are drawn."""
    first = st.session_state.get(_key("first", contest)) or 0
    second = st.session_state.get(_key("second", contest))
    if second is None or second == first:
        second = 0 if first else 1
    return first, second


def choose(contest: Comparison) -> Pair:
    """Two different places; of more than two runs, two lists ask for them."""
    if len(contest.runs) > 2:
        places = list(range(len(contest.runs)))
        with st.container(horizontal=True):
            first = _list("First", places, "first", contest)
            _list("Second", [place for place in places if place != first], "second", contest)
    return chosen(contest)


def _list(label: str, places: list[int], which: str, contest: Comparison) -> int:
    place = st.selectbox(
        label,
        places,
        format_func=contest.names.__getitem__,
        key=_key(which, contest),
        persist_state="session",
    )
    return place or 0


def _key(which: str, contest: Comparison) -> str:
    return f"{which} of {contest.names}"
