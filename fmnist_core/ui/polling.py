"""Refresh a part of a page while it waits for something."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

Inputs = ParamSpec("Inputs")


def poll(
    draw: Callable[Inputs, None],
    *,
    every: float | None,
    watch: Callable[[], object] = lambda: None,
) -> Callable[Inputs, None]:
    """Make `draw` a fragment that reruns `every` so many seconds, or not at all if `None`.

    Rerun the whole page once `watch()` no longer returns what it returned when the page ran: only
    a full run starts or stops the polling, and draws what else depends on it.
    """
    before = watch()

    # Streamlit 1.67 tells the fragments of a container apart by the names of their functions.
    @wraps(draw)
    def fragment(*args: Inputs.args, **kwargs: Inputs.kwargs) -> None:
        if watch() != before:
            st.rerun()
        draw(*args, **kwargs)

    return st.fragment(fragment, run_every=every)
