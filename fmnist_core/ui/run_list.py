"""All runs, as the pages list them; one look at the disk a second serves every browser."""

from pathlib import Path

import streamlit as st

from fmnist_core import paths
from fmnist_core.jobs import queue
from fmnist_core.runs import store
from fmnist_core.runs.summary import (
    RunSummary,
    summarize,
)

FRESH_SECONDS = 0.8


def runs() -> list[RunSummary]:
    """Every run, newest first, those that ship last."""
    return _rows(paths.runs_folder(), paths.checkpoints_folder())


def queue_entries() -> list[queue.QueueEntry]:
    """What trains and what waits, in order."""
    return _entries(paths.runs_folder())


def refresh() -> None:
    """Look at the disk anew, after an action of this browser."""
    _rows.clear()
    _entries.clear()


def find_run(run_id: str | None) -> RunSummary | None:
    """The run of that id, or `None`."""
    return next((row for row in runs() if row.id == run_id), None)


@st.cache_resource(ttl=FRESH_SECONDS, max_entries=4, show_spinner=False)
def _rows(runs_folder: Path, checkpoints_folder: Path) -> list[RunSummary]:
    folders = (runs_folder, checkpoints_folder)
    return [summarize(run) for run in store.list_runs(*folders)]


@st.cache_resource(ttl=FRESH_SECONDS, max_entries=4, show_spinner=False)
def _entries(runs_folder: Path) -> list[queue.QueueEntry]:
    return queue.entries(runs_folder)
