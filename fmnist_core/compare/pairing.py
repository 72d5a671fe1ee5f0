"""Which two of the picked runs are set against each other."""

import streamlit as st

from fmnist_core.compare.contest import Contest

Pair = tuple[int, int]


def choose(contest: Contest) -> Pair:
    """Two different places; of more than two runs, two lists ask for them."""
    if len(contest.entrants) == 2:
        return 0, 1
    names = contest.names
    places = list(range(len(names)))
    with st.container(horizontal=True):
        first = st.selectbox(
            "First", places, format_func=names.__getitem__, key=f"first of {names}",
            persist_state="session",
        )  # fmt: skip
        others = [place for place in places if place != first]
        second = st.selectbox(
            "Second", others, format_func=names.__getitem__, key=f"second of {names}",
            persist_state="session",
        )  # fmt: skip
    assert first is not None
    assert second is not None
    return first, second
