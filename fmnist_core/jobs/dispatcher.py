"""The process that assigns slots to queued runs, in the order of `queue.waiting_runs`.

It loads no torch, outlives the app, and exits when the queue is empty. A lock keeps two of them
from serving the same folder, and each run's own lock keeps a run from being started twice.
"""

import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from fmnist_core.errors import SettingsError
from fmnist_core.jobs import queue, slots, turns
from fmnist_core.jobs.launch import start_module
from fmnist_core.runs import deleted_runs, environment, leftovers, locks
from fmnist_core.runs.run import Run, RunState
from fmnist_core.training import events

POLL_SECONDS = 0.2


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


@dataclass(frozen=True)
class StartedWorker:
    """A worker that this dispatcher started, and since when its run had been queued."""

    run: Run
    queued_at: str
    process: subprocess.Popen[bytes]


def serve_queue(folder: Path) -> None:
    """Start workers in free slots until the queue is empty and all of them have ended."""
    workers: dict[str, StartedWorker] = {}
    while True:
        for slot, worker in list(workers.items()):
            if worker.process.poll() is not None:
                record_exit(worker)
                del workers[slot]
        free = free_slots(folder, taken=workers)
        if free or not workers:  # reading all runs takes longer than looking for a free slot
            started = {worker.run.id for worker in workers.values()}
            queued = [run for run in queue.waiting_runs(folder) if run.id not in started]
            if not queued and not workers:
                turns.forget(folder)
                return
            for slot, run in zip(free, queued, strict=False):
                queued_at = queue.queued_at(run)
                with suppress(OSError):  # a full disk, or too many processes: try again later
                    workers[slot] = StartedWorker(run, queued_at, start_worker(run, slot))
        time.sleep(POLL_SECONDS)


def free_slots(folder: Path, *, taken: dict[str, StartedWorker]) -> list[str]:
    """Slots used neither by this dispatcher's workers nor by those of an earlier one."""
    return [
        slot
        for slot in slots.slot_names()
        if slot not in taken and not locks.is_locked(slots.slot_lock(folder, slot))
    ]


def start_worker(run: Run, slot: str) -> subprocess.Popen[bytes]:
    """Train `run` in a process of its own; its output goes to a log in the run folder."""
    return start_module(
        "fmnist_core.jobs.worker",
        str(run.path),
        slot,
        log=run.log_file,
        environment=environment.load(run) | {"CUDA_VISIBLE_DEVICES": "" if slot == "cpu" else slot},
    )


def record_exit(worker: StartedWorker) -> None:
    """Record why a worker died if it could not do so itself."""
    run, returncode = worker.run, worker.process.returncode
    state = run.state()
    never_started = state is RunState.QUEUED and queue.queued_at(run) == worker.queued_at
    # If it was queued at another time, a user has resumed it since.
    if returncode and (state is RunState.INTERRUPTED or never_started):
        with suppress(OSError):  # on a full disk the state is still read as interrupted
            run.append_event(events.Interrupted(reason=describe_exit(returncode)))


def describe_exit(returncode: int) -> str:
    """Explain a worker's exit status, and that the run can be resumed."""
    if returncode == -getattr(signal, "SIGKILL", 9):
        cause = "The training process was killed, perhaps because memory ran out"
    elif returncode < 0:
        cause = f"The training process was ended by {signal.Signals(-returncode).name}"
    else:
        cause = f"The training process ended with status {returncode}"
    return (
        f"{cause}. Everything up to the last snapshot is saved; training can continue from there."
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
