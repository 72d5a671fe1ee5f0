"""What takes space on the disk, measured every half minute for all pages."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from fmnist_core import paths
from fmnist_core.runs import disk_quota, store
from fmnist_core.runs.disk_quota import DiskUse, EndedRun

TTL_SECONDS = 30
"""Every file is looked at: 10 ms for 100 runs."""


@dataclass(frozen=True, kw_only=True)
class Disk:
    """One measurement."""

    use: DiskUse
    caches: int
    """Bytes of data sets, measurements and other files that can be made again."""
    oldest: tuple[EndedRun, ...]
    """Runs that may be deleted to free space, the oldest first."""
    num_runs: int


def measure() -> Disk:
    """The last measurement, at most `TTL_SECONDS` old."""
    return _measure(str(paths.runs_folder()), str(paths.cache_folder()))


def forget() -> None:
    """Measure again next time, after something has been deleted."""
    _measure.clear()


@st.cache_data(ttl=TTL_SECONDS, max_entries=2, show_spinner=False)
def _measure(runs_folder: str, cache_folder: str) -> Disk:
    folder = Path(runs_folder)
    return Disk(
        use=disk_quota.disk_use(folder),
        caches=disk_quota.folder_bytes(Path(cache_folder)),
        oldest=tuple(disk_quota.oldest_runs(folder)),
        num_runs=len(store.list_runs(folder)),
    )
