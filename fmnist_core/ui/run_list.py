"""The runs and the queue, read from disk about once a second for all sessions together."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import streamlit as st

from fmnist_core import paths
from fmnist_core.jobs import queue
from fmnist_core.jobs.queue import QueueEntry
from fmnist_core.runs import store
from fmnist_core.runs.summary import RunSummary, summarize

MAX_AGE_SECONDS = 0.8
REFRESHED = "run list refreshed"
"""Session-state key: when this session last changed something, on the monotonic clock."""
T = TypeVar("T")


class CachedList(Generic[T]):
    """A list read from disk, shared by sessions that accept different ages of it."""

    def __init__(self, read: Callable[[], list[T]]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._items: list[T] = []
        self._read_at = float("-inf")

    def get(self, *, not_before: float) -> list[T]:
        """Return the list, read again if it was read before this time (monotonic clock)."""
        with self._lock:
            if self._read_at < not_before:
                now = time.monotonic()
                self._items = self._read()
                self._read_at = now
            return self._items


def runs() -> list[RunSummary]:
    """Every run, newest first; the example models come last."""
    return _cached_runs(str(paths.runs_folder()), str(paths.checkpoints_folder())).get(
        not_before=_oldest()
    )


def queue_entries() -> list[QueueEntry]:
    """Running and waiting runs, in the order of the queue."""
    return _cached_queue(str(paths.runs_folder())).get(not_before=_oldest())


def find_run(run_id: str | None) -> RunSummary | None:
    """The run with this id, if there is one."""
    return next((run for run in runs() if run.id == run_id), None)


def refresh() -> None:
    """Show this session nothing older than now, after an action of its own.

    Other sessions keep their list until it is `MAX_AGE_SECONDS` old, or use the new one.
    """
    st.session_state[REFRESHED] = time.monotonic()


def _oldest() -> float:
    refreshed: float = st.session_state.get(REFRESHED, float("-inf"))
    return max(refreshed, time.monotonic() - MAX_AGE_SECONDS)


# Texts, because Streamlit's cache takes three times as long to look up a path.
@st.cache_resource(max_entries=4, show_spinner=False)
def _cached_runs(runs_folder: str, checkpoints_folder: str) -> CachedList[RunSummary]:
    folders = Path(runs_folder), Path(checkpoints_folder)
    return CachedList(lambda: [summarize(run) for run in store.list_runs(*folders)])


@st.cache_resource(max_entries=4, show_spinner=False)
def _cached_queue(runs_folder: str) -> CachedList[QueueEntry]:
    return CachedList(lambda: queue.list_queue(Path(runs_folder)))
