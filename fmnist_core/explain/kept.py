"""What was worked out for this browser; it goes when the browser does, with the pictures in it."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar

import streamlit as st

MOST = 200
"""Maps and measurements; one takes 3 to 100 kB."""
KEPT = "worked out"
T = TypeVar("T")


def kept(wanted: Hashable, make: Callable[[], T]) -> T:
    """What was made for an equal question, else made now; the longest unused are let go."""
    store: OrderedDict[Hashable, T] = st.session_state.setdefault(KEPT, OrderedDict())
    if wanted not in store:
        store[wanted] = make()
        while len(store) > MOST:
            store.popitem(last=False)
    store.move_to_end(wanted)
    return store[wanted]
