"""Faults of the server: it is killed with its dispatcher, or two serve one folder of runs."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random

import psutil

from fmnist_core.bench.browser import APP_SCRIPT, server
from fmnist_core.bench.fault import Outcome
from fmnist_core.bench.fault_training import (
    TIMEOUT_SECONDS,
    Reference,
    create_run,
    describe,
    differences,
    num_starts,
    train_reference,
)
from fmnist_core.bench.load import server_process
from fmnist_core.bench.streamlit_client import open_session
from fmnist_core.runs import store
from fmnist_core.runs.run import Run, RunState

MAX_LIFE_SECONDS = 6.0
"""A server lives at most so long after it has answered."""
POLL_SECONDS = 0.2
RUNS_PER_SERVER = 2
"""Runs that are queued each time: one that trains and one that waits."""


def kill_servers(folder: Path, times: int, rng: Random) -> Outcome:
    """Kill the server and its dispatcher while runs wait and train, and start it again."""
    runs, reference = _lab(folder)
    for number in range(times):
        with server(APP_SCRIPT, runs_folder=runs) as url:
            asyncio.run(_visit(url))
            # As if the server died right after it had saved the runs of its users.
            for _ in range(RUNS_PER_SERVER if number % 2 == 0 else 0):
                create_run(runs)
            time.sleep(rng.uniform(0, MAX_LIFE_SECONDS))
            server_process(url).kill()
            _kill_dispatchers(runs)
    with server(APP_SCRIPT, runs_folder=runs) as url:
        asyncio.run(_visit(url))
        _wait(lambda: all(run.state() is RunState.FINISHED for run in store.list_runs(runs)))
    expected = RUNS_PER_SERVER * -(-times // 2)
    return Outcome(
        times=times,
        summary=f"{expected} runs, each trained once, results equal",
        problems=tuple(_problems(runs, reference, expected)),
    )


def serve_twice(folder: Path, times: int, rng: Random) -> Outcome:
    """Let two servers show and serve the same runs."""
    runs, reference = _lab(folder)
    with ExitStack() as stack:
        urls = [stack.enter_context(server(APP_SCRIPT, runs_folder=runs)) for _ in range(2)]
        for _ in range(times):
            create_run(runs)
            rng.shuffle(urls)
            asyncio.run(_visit(*urls))
        _wait(lambda: all(run.state() is RunState.FINISHED for run in store.list_runs(runs)))
    return Outcome(
        times=times,
        summary="each trained once, results equal",
        problems=tuple(_problems(runs, reference, times)),
    )


def _lab(folder: Path) -> tuple[Path, Reference]:
    """An empty folder of runs, and what an undisturbed run in another one produces."""
    reference = train_reference()
    runs = folder / "runs"
    runs.mkdir()
    return runs, reference


async def _visit(*urls: str) -> None:
    """Open Train on all servers at the same time."""

    async def open_train(url: str) -> None:
        async with open_session(url) as session:
            await session.open_page("Train")

    await asyncio.gather(*map(open_train, urls))


def _kill_dispatchers(folder: Path) -> None:
    """Kill the dispatchers of this folder, but no worker."""
    for process in psutil.process_iter(["cmdline"]):
        command: Sequence[str] = process.info["cmdline"] or []
        if "fmnist_core.jobs.dispatcher" in command and str(folder) in command:
            process.kill()


def _wait(condition: Callable[[], bool]) -> None:
    """Wait until `condition` holds, or for `TIMEOUT_SECONDS`."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not condition() and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)


def _problems(folder: Path, reference: Reference, expected: int) -> list[str]:
    runs = store.list_runs(folder)
    problems = [f"{expected - len(runs)} runs are lost"] if len(runs) != expected else []
    for number, run in enumerate(runs, start=1):
        problems += [describe(number, run, one) for one in _run_problems(run, reference)]
    return problems


def _run_problems(run: Run, reference: Reference) -> list[str]:
    if run.state() is not RunState.FINISHED:
        return [f"it was not trained: {run.reason()}"]
    starts = num_starts(run)
    return [
        *([f"it was started {starts} times"] if starts != 1 else []),
        *differences(run, reference),
    ]
