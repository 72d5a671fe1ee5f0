"""The history of a run; its event log is read incrementally and shared by all sessions."""

import threading
from pathlib import Path

import streamlit as st

from fmnist_core.runs.event_log import Follower
from fmnist_core.runs.run import Run
from fmnist_core.training.events import LoggedEvent
from fmnist_core.training.history import History, build_history, events_until


class CachedHistory:
    """One run's event log and the history built from it."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._follower = Follower(path)
        self._events: tuple[LoggedEvent, ...] = ()
        self._history = build_history(())

    def read(self) -> tuple[tuple[LoggedEvent, ...], History]:
        """All events so far and their history, rebuilt only if there are new events."""
        with self._lock:
            events = self._follower.read()
            if len(events) != len(self._events) or events[-1:] != list(self._events[-1:]):
                self._events = tuple(events)
                self._history = build_history(self._events)
            return self._events, self._history


@st.cache_resource(max_entries=200, show_spinner=False)
def _cached_history(path: str) -> CachedHistory:
    return CachedHistory(Path(path))


def read_history(run: Run, *, seconds: float | None = None) -> History:
    """The history of `run`, for a replay only up to `seconds` of training."""
    events, history = _cached_history(str(run.events_file)).read()
    return history if seconds is None else build_history(events_until(events, seconds))
