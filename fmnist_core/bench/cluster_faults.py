"""Faults of a cluster: nodes, processes and the head are killed while runs train."""

import time
from pathlib import Path
from random import Random

from fmnist_core.bench.cluster_runs import (
    RECIPE,
    cluster_lab,
    differences,
    num_epochs,
    results_of,
    submit,
    train_here,
    wait_for_epochs,
    wait_until_finished,
    warnings_of,
)
from fmnist_core.bench.fault import Outcome
from fmnist_core.jobs import queue
from fmnist_core.runs.run import Run, RunState
from fmnist_core.training.recipe import Recipe

NUM_RUNS, NUM_NODES = 6, 3
EPOCHS_BETWEEN = 1
"""A process is killed once its run has saved so many epochs more; a class has no worse luck."""
KILLS_PER_RUN = 5


def kill_node(folder: Path, times: int, rng: Random) -> Outcome:
    """Train six runs on three nodes, and kill a node while three of them train."""
    problems: list[str] = []
    for number in range(times):
        runs_folder = _folder(folder, f"nodes-{number}")
        with cluster_lab(runs_folder.parent, num_nodes=NUM_NODES) as cluster:
            runs = [submit(runs_folder, seed=seed) for seed in range(NUM_RUNS)]
            for run in runs[:NUM_NODES]:
                wait_for_epochs(run, 1)
            time.sleep(rng.uniform(0, 1))
            cluster.kill_node()
            wait_until_finished(*runs)
        problems += _compare(runs)
        if not any("node" in warning for run in runs for warning in warnings_of(run)):
            problems.append("no run says that its node was lost")
    return Outcome(
        times=times,
        summary=f"{NUM_RUNS} runs each time, results equal to trainings in one process",
        problems=tuple(problems),
    )


def kill_processes(folder: Path, times: int, rng: Random) -> Outcome:
    """Kill the process in which a run trains, again and again."""
    runs_folder = _folder(folder, "processes")
    runs: list[Run] = []
    missing = 0
    with cluster_lab(runs_folder.parent, num_nodes=2) as cluster:
        for kills in _in_parts(times, KILLS_PER_RUN):
            run = submit(runs_folder, seed=len(runs))
            runs.append(run)
            for _ in range(kills):
                wait_for_epochs(run, num_epochs(run) + EPOCHS_BETWEEN)
                time.sleep(rng.uniform(0, 0.2))
                for process in cluster.training_processes():
                    process.kill()
            wait_until_finished(run)
            missing += kills - len(warnings_of(run))
    problems = _compare(runs)
    if missing > 0:
        problems.append(f"{missing} of {times} kills are not in the runs' logs")
    return Outcome(
        times=times,
        summary=f"{len(runs)} runs, continued on their own, results equal",
        problems=tuple(problems),
    )


def kill_head(folder: Path, times: int, rng: Random) -> Outcome:
    """Kill the head while runs train and wait, and resume them on another cluster."""
    problems: list[str] = []
    for number in range(times):
        runs_folder = _folder(folder, f"head-{number}")
        with cluster_lab(runs_folder.parent, num_nodes=1) as cluster:
            training, waiting = [submit(runs_folder, seed=seed) for seed in range(2)]
            wait_for_epochs(training, 1)
            time.sleep(rng.uniform(0, 1))
            cluster.kill_head()
            wait_until_finished(training)
        if training.state() is not RunState.INTERRUPTED:
            problems.append(f"the run is {training.state()} once the head is gone")
        elif "has gone away" not in str(training.reason()):
            problems.append(f"the run does not say why it was interrupted: {training.reason()}")
        if waiting.state() is not RunState.QUEUED:
            problems.append(f"the run that waited is {waiting.state()}")
        with cluster_lab(runs_folder.parent, num_nodes=2):
            queue.resume_run(training)
            wait_until_finished(training, waiting)
        problems += _compare([training, waiting])
    return Outcome(
        times=times,
        summary="interrupted, resumed on another cluster, results equal",
        problems=tuple(problems),
    )


def _folder(folder: Path, name: str) -> Path:
    runs = folder / name / "runs"
    runs.mkdir(parents=True)
    return runs


def _in_parts(total: int, size: int) -> list[int]:
    return [min(size, total - start) for start in range(0, total, size)]


def _compare(runs: list[Run]) -> list[str]:
    """What differs from the same recipes, trained in this process."""
    problems: list[str] = []
    folder = _folder(runs[0].path.parent.parent, "here")
    for run in runs:
        recipe: Recipe = run.recipe()
        expected = results_of(train_here(folder, RECIPE, seed=recipe.seed))
        problems += differences(run, expected)
    return problems
