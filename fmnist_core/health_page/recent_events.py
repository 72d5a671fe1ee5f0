"""The last events of the log, read every few seconds for all pages."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import streamlit as st

from fmnist_core import paths, server_log
from fmnist_core.server_log import LogEntry, LogEvent

TTL_SECONDS = 4
MAX_READ = 2000
PERIOD = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class PageError:
    """An error that has happened once or more often."""

    page: str
    error: str
    place: str
    num_times: int
    last_at: str
    """UTC, ISO 8601."""


def recent_events() -> list[LogEntry]:
    """What was logged in the last 24 hours, oldest first."""
    return _recent_events(str(paths.runs_folder()))


@st.cache_data(ttl=TTL_SECONDS, max_entries=2, show_spinner=False)
def _recent_events(runs_folder: str) -> list[LogEntry]:
    since = (datetime.now(UTC) - PERIOD).isoformat()
    entries = server_log.read(Path(runs_folder), last=MAX_READ)
    return [entry for entry in entries if entry.at >= since]


def page_errors(recent: Sequence[LogEntry]) -> list[PageError]:
    """Errors of pages, equal ones counted together, the last one first."""
    errors = [
        ((entry.page, entry.error, entry.place), entry.at)
        for entry in recent
        if entry.event is LogEvent.PAGE_ERROR
    ]
    counts = Counter(key for key, _ in errors)
    last_at = dict(errors)
    return [
        PageError(page=page, error=error, place=place, num_times=counts[key], last_at=last_at[key])
        for key in sorted(last_at, key=last_at.__getitem__, reverse=True)
        for page, error, place in [key]
    ]
