"""Faults of a training process: it is killed, its disk is full, its memory runs out."""

import signal
from functools import partial
from pathlib import Path
from random import Random

from fmnist_core.bench.fault import Outcome
from fmnist_core.bench.fault_injection import (
    AllocatorLimit,
    count_writes,
    die_at_write,
    fill_disk_at_write,
    spare_bytes,
)
from fmnist_core.bench.fault_training import (
    TIMEOUT_SECONDS,
    Reference,
    Sabotage,
    create_run,
    describe,
    differences,
    finish,
    queue_again,
    results_of,
    start_worker,
    train_reference,
)
from fmnist_core.runs.run import Run, RunState

MAX_ACCURACY_LOSS = 0.15
"""After memory ran out: smaller parts of a batch are added in another order."""
MIN_TENSOR_BYTES, MAX_TENSOR_BYTES = 10_000, 3_000_000
"""Limits from one that a few images fit into to one that all tensors of the training do."""
NUM_ALLOCATIONS = 8_000
"""About as many as the training makes."""
MAX_FAILING = 3
"""Allocations that fail in one training, if not all above a size do."""


def kill_at_random(folder: Path, times: int, rng: Random) -> Outcome:
    """Kill workers at random moments, resume them, and compare with an undisturbed training."""
    reference = train_reference()
    problems: list[str] = []
    num_kills = num_runs = 0
    while num_kills < times:
        run = create_run(folder)
        num_runs += 1
        while num_kills < times and run.state() is not RunState.FINISHED:
            queue_again(run)
            worker = start_worker(run)
            worker.join(rng.uniform(0, reference.seconds))
            if worker.is_alive():
                worker.kill()
                worker.join()
                num_kills += 1
        problems += _finish_and_compare(run, reference, num_kills)
    return Outcome(
        times=num_kills, summary=f"{num_runs} trainings, results equal", problems=tuple(problems)
    )


def _finish_and_compare(run: Run, reference: Reference, number: int) -> list[str]:
    """Train a run to its end; return how it differs from the undisturbed one."""
    problem = None if run.state() is RunState.FINISHED else finish(run)
    lost = [problem] if problem else differences(run, reference)
    return [describe(number, run, one) for one in lost]


def kill_at_writes(folder: Path, times: int, rng: Random) -> Outcome:
    """Kill a worker right before each of its writes, and resume it."""
    reference = train_reference()
    problems: list[str] = []
    num_kills = 0
    for number in _write_numbers(folder, times, rng):
        run = create_run(folder)
        worker = start_worker(run, partial(die_at_write, run.path.parent, number))
        worker.join(TIMEOUT_SECONDS)
        num_kills += worker.exitcode == -signal.SIGKILL
        problems += _finish_and_compare(run, reference, number)
    return Outcome(times=num_kills, summary="results equal after Resume", problems=tuple(problems))


def fill_disk(folder: Path, times: int, rng: Random) -> Outcome:
    """Fill the disk at each write of a worker, then free it and resume the run."""
    reference = train_reference()
    problems: list[str] = []
    numbers = _write_numbers(folder, times, rng)
    num_finished = 0
    for number in numbers:
        run = create_run(folder)
        spare = spare_bytes(rng)
        worker = start_worker(run, partial(fill_disk_at_write, run.path.parent, number, spare))
        worker.join(TIMEOUT_SECONDS)
        if worker.is_alive():
            worker.kill()
            problems.append(describe(number, run, "it hangs while the disk is full"))
        state, reason = run.state(), run.reason() or ""
        num_finished += state is RunState.FINISHED
        if state is RunState.FAILED and "Free some space" not in reason:
            problems.append(describe(number, run, reason))
        if state in (RunState.RUNNING, RunState.DAMAGED):
            problems.append(describe(number, run, f"the full disk left it so: {reason}"))
        problems += _finish_and_compare(run, reference, number)
    return Outcome(
        times=len(numbers),
        summary=f"{num_finished} finished nevertheless, the others after Resume",
        problems=tuple(problems),
    )


def _write_numbers(folder: Path, times: int, rng: Random) -> list[int]:
    """The numbers of a worker's writes, from 1, or `times` of them if there are more."""
    counted = folder / "number of writes"
    run = create_run(folder)
    start_worker(run, partial(count_writes, run.path.parent, counted)).join(TIMEOUT_SECONDS)
    total = int(counted.read_text())
    return sorted(rng.sample(range(1, total + 1), min(times, total)))


def run_out_of_memory(folder: Path, times: int, rng: Random) -> Outcome:
    """Let allocations fail as on a GPU whose memory is full; then resume with enough memory."""
    reference = train_reference()
    problems: list[str] = []
    num_finished = 0
    for number in range(1, times + 1):
        run = create_run(folder)
        worker = start_worker(run, _random_limit(rng, is_permanent=number % 2 == 0))
        worker.join(TIMEOUT_SECONDS)
        state, reason = run.state(), run.reason() or ""
        if state is RunState.FINISHED:
            num_finished += 1
        elif state is not RunState.FAILED or "memory" not in reason:
            problems.append(describe(number, run, reason or "it gives no reason"))
        problem = None if state is RunState.FINISHED else finish(run)
        if problem:
            problems.append(describe(number, run, problem))
        elif run.report().test_accuracy < reference.accuracy - MAX_ACCURACY_LOSS:
            problems.append(describe(number, run, "its accuracy is lower"))
        elif results_of(run).keys() != reference.results.keys():
            problems.append(describe(number, run, "it lacks a file"))
    return Outcome(
        times=times,
        summary=f"{num_finished} finished in smaller parts, {times - num_finished} after Resume",
        problems=tuple(problems),
    )


def _random_limit(rng: Random, *, is_permanent: bool) -> Sabotage:
    """Memory that is always too small for large tensors, or is full at a few moments."""
    if is_permanent:
        ratio = MAX_TENSOR_BYTES / MIN_TENSOR_BYTES
        return partial(_limit_memory, int(MIN_TENSOR_BYTES * ratio ** rng.random()), frozenset())
    numbers = rng.sample(range(1, NUM_ALLOCATIONS), rng.randint(1, MAX_FAILING))
    return partial(_limit_memory, None, frozenset(numbers))


def _limit_memory(max_bytes: int | None, failing: frozenset[int]) -> None:
    """Limit the memory of this process for as long as it lives."""
    AllocatorLimit(max_bytes=max_bytes, failing=failing).__enter__()
