"""Lists that keep what was clicked in them."""

from collections.abc import Container, Sequence

import streamlit as st


def beginning(key: str, now: Sequence[str], *, known: Container[str]) -> list[str]:
    """The default of a list with this key: `now` when it comes onto the page, and so from then on.

    With another default it would be another list, and lose a click that comes before it is drawn.
    """
    place = f"{key} began with"
    if key not in st.session_state:
        st.session_state[place] = list(now)
    return [each for each in st.session_state[place] if each in known]
