"""Which runs are the user's own: started in this browser, or under the name kept in it.

All other runs are other people's, or examples.
"""

from collections.abc import Iterable

import streamlit as st

from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import browser_state, identity, sticky_widgets

STARTED, HAS_NEW = "own-runs", "own runs has new"
"""Session-state keys: the ids of the started runs, oldest first, and whether this session has
started one.
"""
MAX_KEPT = 100
"""Ids that the browser keeps, which fit into a cookie; the oldest are dropped."""


def keep() -> None:
    """Keep the ids of the started runs in the browser; once on each page."""
    with st.container(key="browser-own-runs"):  # always one block: others keep their place
        if st.session_state.get(HAS_NEW):
            browser_state.keep_value(STARTED, ",".join(_started()))


def note_started(run_id: str) -> None:
    """Record that the user has started this run."""
    others = [started for started in _started() if started != run_id]
    st.session_state[STARTED] = [*others, run_id][-MAX_KEPT:]
    st.session_state[HAS_NEW] = True


def is_own(run: RunSummary) -> bool:
    """Whether the run is the user's own.

    In a class, where two have the same name or one enters another's, a name alone says nothing.
    """
    if run.is_example:
        return False
    if run.id in _started() or (run.owner and run.owner == identity.person_id()):
        return True
    is_class_run = run.owner and identity.has_class()
    return bool(run.by) and not is_class_run and _is_own_name(run.by)


def own_runs(runs: Iterable[RunSummary]) -> list[RunSummary]:
    """The user's own runs, in the order of `runs`."""
    return [run for run in runs if is_own(run)]


def last_own_run(runs: Iterable[RunSummary], *, finished: bool = True) -> RunSummary | None:
    """The user's newest run, by default the newest finished one; `None` without any.

    `runs` are in the order of `run_list.runs`, newest first.
    """
    return next((run for run in own_runs(runs) if run.report or not finished), None)


def _started() -> list[str]:
    """Ids of the runs that were started in this browser, oldest first."""
    state = st.session_state
    if STARTED not in state:
        kept = browser_state.kept_value(STARTED)
        state[STARTED] = [run_id for run_id in kept.split(",") if run_id][-MAX_KEPT:]
    started: list[str] = state[STARTED]
    return started


def _is_own_name(name: str) -> bool:
    return name.strip().casefold() == sticky_widgets.get_student().strip().casefold()
