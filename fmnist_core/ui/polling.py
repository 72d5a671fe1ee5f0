"""Refresh a part of a page while it waits for something."""

import secrets
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from fmnist_core.errors import SettingsError
from fmnist_core.ui import identity
from fmnist_core.ui.refresh_rate import BUDGET

Inputs = ParamSpec("Inputs")
SESSION = "polling session"
"""Session-state key: what tells the live parts of this session from those of others."""


def poll(
    draw: Callable[Inputs, None],
    *,
    every: float | None,
    watch: Callable[[], object] = lambda: None,
) -> Callable[Inputs, None]:
    """Make `draw` a fragment that reruns every `every` seconds, or not at all if that is `None`.

    The interval is wider while many sessions refresh something (`refresh_rate`). It reruns the
    whole page when the result of `watch()` changes: polling starts or stops, and other elements
    update, only in a full rerun; so does the interval.
    """
    initial = watch()
    factor = 1 if every is None else BUDGET.factor()
    is_refresh = False

    def is_outdated() -> bool:
        if not _is_admitted() or watch() != initial:
            return True
        return every is not None and BUDGET.factor(current=factor) != factor

    # Streamlit 1.67 tells the fragments of a container apart by the names of their functions.
    @wraps(draw)
    def fragment(*args: Inputs.args, **kwargs: Inputs.kwargs) -> None:
        nonlocal is_refresh
        if is_outdated():
            st.rerun()
        start = time.thread_time()
        draw(*args, **kwargs)
        if every is not None:
            # The first time, it is drawn with the page, which takes longer.
            seconds = time.thread_time() - start if is_refresh else None
            part = f"{_session()} {draw.__qualname__}"
            BUDGET.note(part, every=every, factor=factor, seconds=seconds)
        is_refresh = True

    return st.fragment(fragment, run_every=None if every is None else every * factor)


def leave_page() -> None:
    """Record that the live parts of the session's last page refresh no more."""
    BUDGET.forget(_session())


def _is_admitted() -> bool:
    """Whether the user may still see this: only a full rerun asks for a new class code."""
    try:
        return identity.is_admitted()
    except SettingsError:
        return False


def _session() -> str:
    """A name for this session that no other one has."""
    name: str = st.session_state.setdefault(SESSION, secrets.token_hex(8))
    return name
