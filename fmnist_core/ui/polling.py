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
    """Make `draw` a fragment that reruns every `every` seconds, or not at all if that is `None`.

    It reruns the whole page when the result of `watch()` changes: polling starts or stops, and
    other elements update, only in a full rerun.
    """
    initial = watch()

    # Streamlit 1.67 tells the fragments of a container apart by the names of their functions.
    @wraps(draw)
    def fragment(*args: Inputs.args, **kwargs: Inputs.kwargs) -> None:
        if watch() != initial:
            st.rerun()
        draw(*args, **kwargs)

    return st.fragment(fragment, run_every=every)
