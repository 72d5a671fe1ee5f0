"""The process that hands out slots, first come first served.

It loads no torch, outlives the app, and ends when nobody waits. Two of them never work the same
folder, and a run's own lock keeps even a stray one from starting it twice.
"""

import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from fmnist_core.jobs import queue, slots
from fmnist_core.jobs.launch import start_module
from fmnist_core.runs import environment, locks
from fmnist_core.runs.run import Run, RunState
from fmnist_core.training import events

POLL_SECONDS = 0.2


def main(folder: Path) -> None:
    """Work the queue until it is empty; at once if another dispatcher does."""
    while queue.waiting_runs(folder):
        # Whoever submits while this one lets go finds the lock free, or its run is seen here.
        try:
            with FileLock(slots.dispatcher_lock(folder)).acquire(timeout=1):
                work_queue(folder)
        except Timeout:
            return


@dataclass(frozen=True)
class StartedWorker:
    """A worker of ours: what it trains, and since when that had been waiting."""

    run: Run
    queued_at: str
    process: subprocess.Popen[bytes]


def work_queue(folder: Path) -> None:
    """Hand out slots until nobody waits and every worker of ours has ended."""
    workers: dict[str, StartedWorker] = {}
    while True:
        for slot, worker in list(workers.items()):
            if worker.process.poll() is not None:
                record_exit(worker)
                del workers[slot]
        started = {worker.run.id for worker in workers.values()}
        queued = [run for run in queue.waiting_runs(folder) if run.id not in started]
        if not queued and not workers:
            return
        for slot, run in zip(free_slots(folder, taken=workers), queued, strict=False):
            workers[slot] = StartedWorker(run, queue.queued_at(run), start_worker(run, slot))
        time.sleep(POLL_SECONDS)


def free_slots(folder: Path, *, taken: dict[str, StartedWorker]) -> list[str]:
    """Slots that neither our workers nor those of a dead dispatcher hold."""
    return [
        slot
        for slot in slots.slot_names()
        if slot not in taken and not locks.is_locked(slots.slot_lock(folder, slot))
    ]


def start_worker(run: Run, slot: str) -> subprocess.Popen[bytes]:
    """Train `run` in a process of its own, with what it prints kept in the run folder."""
    return start_module(
        "fmnist_core.jobs.worker",
        str(run.path),
        slot,
        log=run.log_file,
        environment=environment.load(run) | {"CUDA_VISIBLE_DEVICES": "" if slot == "cpu" else slot},
    )


def record_exit(worker: StartedWorker) -> None:
    """Where a worker could not say why it ended, say it for it."""
    run, returncode = worker.run, worker.process.returncode
    state = run.state()
    never_began = state is RunState.QUEUED and queue.queued_at(run) == worker.queued_at
    # Queued at another time: somebody has resumed it since.
    if returncode and (state is RunState.INTERRUPTED or never_began):
        with suppress(OSError):  # a full disk: the state is still read as interrupted
            run.append_event(events.Interrupted(reason=describe_exit(returncode)))


def describe_exit(returncode: int) -> str:
    """What a process's exit status says, as a sentence with a way on."""
    if returncode == -getattr(signal, "SIGKILL", 9):
        how = "Its process was killed from outside, perhaps because memory ran out"
    elif returncode < 0:
        how = f"Its process was ended by {signal.Signals(-returncode).name}"
    else:
        how = f"Its process ended with status {returncode}"
    return f"{how}. Everything up to its last snapshot is kept: resume it."


if __name__ == "__main__":
    main(Path(sys.argv[1]))
