"""What the server and its workers use of the machine, measured every few seconds for all pages."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.stats import ACTIVE_SESSIONS_FAMILY

from fmnist_core import paths
from fmnist_core.health_page.gpus import Gpu, find_gpus
from fmnist_core.jobs import slots

TTL_SECONDS = 4
CPU_SECONDS = 0.1
"""How long the processor is watched."""
WORKER_MODULE = "fmnist_core.jobs.worker"


@dataclass(frozen=True, kw_only=True)
class Worker:
    """A process that trains a run."""

    run_id: str
    slot: str
    num_bytes: int
    """Of memory."""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """One measurement."""

    num_sessions: int
    """Browser tabs that are connected."""
    cpu_fraction: float
    """From 0 to 1: how busy all cores together are, with whatever."""
    num_cpus: int
    server_bytes: int
    """Memory of this process."""
    workers: tuple[Worker, ...]
    memory_total: int
    memory_free: int
    """Bytes that processes can still get without swapping."""
    gpus: tuple[Gpu, ...] = ()


def measure() -> Machine:
    """The last measurement, at most `TTL_SECONDS` old."""
    return _measure(str(paths.runs_folder()))


@st.cache_data(ttl=TTL_SECONDS, max_entries=2, show_spinner=False)
def _measure(runs_folder: str) -> Machine:
    folder, memory = Path(runs_folder), psutil.virtual_memory()
    return Machine(
        num_sessions=count_sessions(),
        cpu_fraction=psutil.cpu_percent(interval=CPU_SECONDS) / 100,
        num_cpus=psutil.cpu_count() or 1,
        server_bytes=psutil.Process().memory_info().rss,
        workers=tuple(find_workers(folder)),
        memory_total=memory.total,
        memory_free=memory.available,
        gpus=() if slots.slot_names() == ("cpu",) else tuple(find_gpus()),
    )


def count_sessions() -> int:
    """How many browser tabs are connected to this server; 0 outside a server."""
    if not exists():
        return 0
    stats = get_instance().stats_mgr.get_stats([ACTIVE_SESSIONS_FAMILY])
    return sum(getattr(stat, "value", 0) for stat in stats.get(ACTIVE_SESSIONS_FAMILY, ()))


def find_workers(folder: Path) -> Iterator[Worker]:
    """The processes that train runs of this folder."""
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        if WORKER_MODULE not in command[:-2] or Path(command[-2]).parent != folder:
            continue
        with suppress(psutil.Error):  # it has just ended, or is another user's
            num_bytes = process.memory_info().rss
            yield Worker(run_id=Path(command[-2]).name, slot=command[-1], num_bytes=num_bytes)
