"""Follow runs as they grow: one follower a run serves every browser, and parses each line once."""

import threading
from pathlib import Path

import streamlit as st

from fmnist_core.runs.event_log import Follower
from fmnist_core.runs.run import Run
from fmnist_core.training.events import LoggedEvent
from fmnist_core.training.history import History, build_history, events_until


class CachedHistory:
    """One run's journal and what was made of it."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._follower = Follower(path)
        self._seen: tuple[LoggedEvent, ...] = ()
        self._history = build_history(())

    def read(self) -> tuple[tuple[LoggedEvent, ...], History]:
        """All events so far and their history, made anew only when something came."""
        with self._lock:
            events = self._follower.read()
            if len(events) != len(self._seen) or events[-1:] != list(self._seen[-1:]):
                self._seen = tuple(events)
                self._history = build_history(self._seen)
            return self._seen, self._history


@st.cache_resource(max_entries=200, show_spinner=False)
def _cached_history(path: Path) -> CachedHistory:
    return CachedHistory(path)


def read_history(run: Run, *, seconds: float | None = None) -> History:
    """What has happened in `run`, or what had after `seconds` of training, for a replay."""
    events, whole = _cached_history(run.events_file).read()
    return whole if seconds is None else build_history(events_until(events, seconds))
