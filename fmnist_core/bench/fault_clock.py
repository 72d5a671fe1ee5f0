"""Faults of the clock: it is set back while the lab is used."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random

from fmnist_core.bench.fault import Outcome
from fmnist_core.bench.fault_injection import set_clock
from fmnist_core.bench.fault_training import (
    TIMEOUT_SECONDS,
    create_run,
    describe,
    differences,
    start_worker,
    train_reference,
)
from fmnist_core.errors import LabError
from fmnist_core.jobs import limits, queue
from fmnist_core.runs import deleted_runs, store, summary
from fmnist_core.runs.run import Run, RunState

MAX_BACK = timedelta(days=400)
NUM_TRAINED = 3
"""Trainings with a clock that was set back; the other tries only queue, delete and restore."""


def set_clock_back(folder: Path, times: int, rng: Random) -> Outcome:
    """Set the clock back between queueing, training, deleting and restoring runs."""
    reference = train_reference()
    problems: list[str] = []
    for number in range(1, times + 1):
        runs = folder / str(number)
        runs.mkdir()
        back = -MAX_BACK * rng.random() ** 4  # minutes and hours are likelier than months
        first = create_run(runs)
        set_right = set_clock(back)
        try:
            second = create_run(runs)
            problems += [f"{back}: {problem}" for problem in _use(runs, first, second)]
        finally:
            set_right()
        problems += [f"after {back}: {problem}" for problem in _use(runs, first, second)]
        if number <= NUM_TRAINED:
            start_worker(second, partial(set_clock, back)).join(TIMEOUT_SECONDS)
            finished = second.state() is RunState.FINISHED
            lost = differences(second, reference) if finished else [str(second.reason())]
            problems += [describe(number, second, one) for one in lost]
    return Outcome(
        times=times,
        summary="runs keep their order of turns, bin and limits",
        problems=tuple(problems),
    )


def _use(folder: Path, first: Run, second: Run) -> Iterator[str]:
    """List, delete and restore two runs that wait; yield what goes wrong."""
    both = {first.id, second.id}
    if {run.id for run in queue.waiting_runs(folder)} != both:
        yield "not all runs wait in the queue"
    if sum(entry.position > 0 for entry in queue.list_queue(folder)) != len(both):
        yield "not all runs are in the list of the queue"
    if any(not summary.local_time(run.metadata().created) for run in (first, second)):
        yield "a run has no time"
    try:
        limits.check_limits(folder, "somebody", 60.0)
        deleted = deleted_runs.delete_run(first)
        deleted_runs.empty_bin(folder)
        deleted_runs.restore_run(deleted)
    except LabError as error:
        yield str(error)
    if {run.id for run in store.list_runs(folder)} != both:
        yield "a run is lost"
