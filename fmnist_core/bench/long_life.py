"""Measure what a day of a class leaves behind: processes, threads, open files, locks, memory.

Each hour of the day, some pupils come, walk through the pages, train small networks and go; the
hours follow each other without the pauses between them. The sessions are real ones, spoken over the
websocket, and each run is started by a click on Train.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import numpy as np
import psutil

from fmnist_core.bench.browser import APP_SCRIPT, server
from fmnist_core.bench.compare import create_runs
from fmnist_core.bench.load import PATH, Load, log, server_process
from fmnist_core.bench.streamlit_client import Session, open_session
from fmnist_core.errors import LabError
from fmnist_core.runs import leftovers, locks, store
from fmnist_core.runs.run import Run, RunState

HOURS = 24
SMALL_NETWORK = {
    "preset": "mlp-quick", "data": "drawn", "train_images": "500", "epochs": "1", "device": "cpu",
}  # fmt: skip
"""Query parameters of the recipe that is trained, apart from its seed."""
KEPT_SECONDS = 20.0
"""How long the server keeps a session whose connection is lost. Streamlit 1.67 keeps it for 120 s,
which is longer than one of these hours takes.
"""
TIMEOUT_SECONDS = 600.0
"""Until the runs of an hour must have finished."""
POLL_SECONDS = 0.5
ACTIVE = (RunState.QUEUED, RunState.RUNNING)
PARTIAL = (*leftovers.PARTIAL_FILES, *leftovers.HIDDEN_FOLDERS)
LABELS = {"MB": "memory of the server, MB", "visits": "page visits"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--hours", type=int, default=HOURS, help=f"hours (default {HOURS})")
    parser.add_argument("--visits", type=int, default=500, help="page visits (default 500)")
    parser.add_argument("--listed", type=int, default=200, help="runs listed (default 200)")
    parser.add_argument("--trained", type=int, default=50, help="runs trained (default 50)")
    parser.add_argument(
        "--kept", type=float, default=KEPT_SECONDS,
        help=f"seconds for which the server keeps lost sessions (default {KEPT_SECONDS:.0f})",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Return the server's state after each hour, and what is left after the last session."""
    options = {"server.disconnectedSessionTTL": max(1, round(arguments.kept))}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        create_runs(folder, arguments.listed)
        with server(APP_SCRIPT, runs_folder=folder, options=options) as url:
            day = Day(Load(url, 0.0, server_process(url)), folder)
            asyncio.run(day.play_hour(sessions=1, trained=1))
            before = day.wait_until_quiet(arguments.kept)
            hours: list[dict[str, float]] = []
            for sessions, trained in plan(arguments):
                log(f"hour {len(hours) + 1}: {sessions} sessions, {trained} runs ...")
                asyncio.run(day.play_hour(sessions=sessions, trained=trained))
                hours.append({"hour": len(hours) + 1} | day.state())
            after = day.wait_until_quiet(arguments.kept)
            left = day.left_behind()
    memory = [row["MB"] for row in hours]
    return {
        "hours": hours,
        "before the first hour": before,
        "after the last session": after,
        "left behind": left | {name: after[name] - before[name] for name in ("threads", "files")},
        "MB grown per hour in the second half": _slope(memory[len(memory) // 2 :]),
        "errors": len(day.load.errors),
    }


def plan(arguments: argparse.Namespace) -> Iterator[tuple[int, int]]:
    """For each hour the number of sessions and of runs, spread evenly over the day."""
    sessions = -(-arguments.visits // len(PATH))
    for hour in range(arguments.hours):
        start, end = hour / arguments.hours, (hour + 1) / arguments.hours
        new_sessions, new_runs = (
            round(end * total) - round(start * total) for total in (sessions, arguments.trained)
        )
        yield max(1, new_sessions), new_runs


def _slope(values: list[float]) -> float:
    """How much the values grow per step, on average over all of them (least squares)."""
    return float(np.polyfit(range(len(values)), values, 1)[0]) if len(values) > 1 else 0.0


@dataclass
class Day:
    """A server in use, and its folder of runs."""

    load: Load
    folder: Path
    num_started: int = 0
    seeds: Iterator[int] = field(default_factory=count)
    """Each run and each session has its own."""

    async def play_hour(self, *, sessions: int, trained: int) -> None:
        """Have `sessions` come at once and train `trained` runs in all; wait for these.

        Raises `LabError` if they do not finish.
        """
        shares = [trained // sessions + (index < trained % sessions) for index in range(sessions)]
        await asyncio.gather(*map(self._play_session, shares))
        self.num_started += trained
        await self._wait_for_runs()

    async def _play_session(self, num_runs: int) -> None:
        """Walk through all pages once, and start so many runs on Train."""
        async with open_session(self.load.url, self.load.record) as session:
            for page in PATH:
                await self.load.visit_page(session, page, Random(next(self.seeds)))
                for _ in range(num_runs if page == "Train" else 0):
                    await self._start_run(session)
            self.load.errors += session.exceptions

    async def _start_run(self, session: Session) -> None:
        recipe = SMALL_NETWORK | {"seed": str(next(self.seeds))}
        await session.open_page("Train", query=urlencode(recipe))
        await session.press("Train")

    async def _wait_for_runs(self) -> None:
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while active := [run.id for run in self._runs() if run.state() in ACTIVE]:
            if time.monotonic() > deadline:
                raise LabError(f"Runs have not finished: {', '.join(active)}.")
            await asyncio.sleep(POLL_SECONDS)

    def _runs(self) -> list[Run]:
        """The runs that were started in this day."""
        return [run for run in store.list_runs(self.folder) if not run.report_file.is_symlink()]

    def wait_until_quiet(self, kept: float) -> dict[str, float]:
        """Wait until the server has forgotten all sessions but one; return its state."""
        time.sleep(kept + 1)
        asyncio.run(self._visit_once())  # Streamlit drops old sessions when it stores another
        time.sleep(1)
        return self.state()

    async def _visit_once(self) -> None:
        async with open_session(self.load.url, self.load.record) as session:
            await self.load.visit_page(session, PATH[0], Random(next(self.seeds)))

    def state(self) -> dict[str, float]:
        """The server's memory, threads and open files, and what has been done so far."""
        process = self.load.process
        return {
            "visits": sum(len(self.load.seconds.get(page, [])) for page in PATH),
            "finished runs": sum(run.state() is RunState.FINISHED for run in self._runs()),
            "MB": process.memory_info().rss / 1e6,
            "threads": process.num_threads(),
            "files": process.num_fds(),
        }

    def left_behind(self) -> dict[str, int]:
        """Count the processes, locks, files and unfinished runs that should be gone."""
        unfinished = [run for run in self._runs() if run.state() is not RunState.FINISHED]
        return {
            "processes": len(self._processes()),
            "locks": sum(map(locks.is_locked, self.folder.rglob("*.lock"))),
            "partial files and folders": sum(
                1 for pattern in PARTIAL for _ in self.folder.rglob(pattern)
            ),
            "runs not finished": len(unfinished) + self.num_started - len(self._runs()),
        }

    def _processes(self) -> list[psutil.Process]:
        """Children of the server, also ended ones that nobody waited for, and detached ones."""
        detached = [
            process
            for process in psutil.process_iter(["cmdline"])
            if str(self.folder) in (process.info["cmdline"] or [])
        ]
        return [*self.load.process.children(recursive=True), *detached]
