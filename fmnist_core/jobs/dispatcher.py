"""The process that starts queued runs, in the order of `queue.waiting_runs`, where there is room.

It outlives the app and exits when the queue is empty. A lock keeps two of them from serving the
same folder, and each run's own lock keeps a run from being started twice.
"""

import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from fmnist_core.errors import LabError, SettingsError
from fmnist_core.jobs import queue, slots, turns
from fmnist_core.jobs.executors import status
from fmnist_core.jobs.executors.executor import Executor, Worker
from fmnist_core.jobs.executors.registry import chosen_name, get_executor
from fmnist_core.runs import deleted_runs, leftovers
from fmnist_core.runs.run import Run, RunState
from fmnist_core.training import events

POLL_SECONDS = 0.2
RETRY_SECONDS = 10.0
"""After which an executor that did not answer is asked again."""


def main(folder: Path) -> None:
    """Serve the queue until it is empty; return at once if another dispatcher does."""
    with suppress(SettingsError):  # the pages say what is wrong with the file
        deleted_runs.empty_bin(folder)
    leftovers.remove_leftovers(folder)
    while queue.waiting_runs(folder):
        # A run submitted while this dispatcher releases the lock is either seen here, or the
        # dispatcher started for it finds the lock free.
        try:
            with FileLock(slots.dispatcher_lock(folder)).acquire(timeout=1):
                serve_queue(folder)
        except Timeout:
            return


def serve_queue(folder: Path) -> None:
    """Start runs until none waits and all have ended; if nothing answers, say why and wait."""
    try:
        executor = get_executor()
        with executor.connect(folder):
            status.clear_problem(folder)
            start_runs(folder, executor)
    except LabError as error:
        status.report_problem(folder, str(error))
        time.sleep(RETRY_SECONDS)


@dataclass(frozen=True)
class StartedRun:
    """A run that this dispatcher started, and since when it had been queued."""

    run: Run
    queued_at: str
    worker: Worker


def start_runs(folder: Path, executor: Executor) -> None:
    """Start runs where there is room, until none waits and all of them have ended.

    It may stay for another run; not if somebody has chosen another executor meanwhile.
    """
    started: dict[str, StartedRun] = {}
    name, busy_at = chosen_name(), time.monotonic()
    while True:
        for run_id, ended in list(started.items()):
            if ended.worker.has_ended():
                record_exit(ended)
                del started[run_id]
        if not started or not executor.is_full(folder):  # reading all runs takes longer than asking
            queued = [run for run in queue.waiting_runs(folder) if run.id not in started]
            if queued or started:
                busy_at = time.monotonic()
            elif time.monotonic() - busy_at >= executor.idle_seconds or chosen_name() != name:
                turns.forget(folder)
                return
            for run in queued:
                queued_at = queue.queued_at(run)
                with suppress(OSError):  # a full disk, or too many processes: try again later
                    worker = executor.start(run)
                    if worker is None:
                        break
                    started[run.id] = StartedRun(run, queued_at, worker)
        time.sleep(POLL_SECONDS)


def record_exit(ended: StartedRun) -> None:
    """Record why a worker died if it could not do so itself."""
    run, failure = ended.run, ended.worker.failure()
    state = run.state()
    never_started = state is RunState.QUEUED and queue.queued_at(run) == ended.queued_at
    # If it was queued at another time, a user has resumed it since.
    if failure and (state is RunState.INTERRUPTED or never_started):
        with suppress(OSError):  # on a full disk the state is still read as interrupted
            run.append_event(events.Interrupted(reason=failure))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
