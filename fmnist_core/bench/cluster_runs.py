"""Queue runs on a cluster of this machine, and compare them with trainings in this process."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from fmnist_core.bench.local_cluster import LocalCluster
from fmnist_core.errors import LabError
from fmnist_core.jobs import queue
from fmnist_core.jobs.executors import registry
from fmnist_core.runs import event_log, store
from fmnist_core.runs.event_log import Follower
from fmnist_core.runs.run import Run, RunState
from fmnist_core.training import events
from fmnist_core.training.recipe import Recipe

RECIPE = Recipe.parse(
    {
        "model": "mlp",
        "data": "drawn",
        "train_images": 2000,
        "epochs": 30,
        "batch_size": 64,
        "precision": "float32",
        "device": "cpu",
    }
)
"""Trains for some seconds."""
ONE_THREAD = {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
"""Sums of numbers depend on how many threads share them."""
POLL_SECONDS = 0.05
TIMEOUT_SECONDS = 300.0


@contextmanager
def cluster_lab(folder: Path, *, num_nodes: int) -> Iterator[LocalCluster]:
    """A cluster, and the environment in which queued runs of this folder train on it.

    The choice stands in a settings file: when it changes, the dispatcher ends.
    """
    cluster = LocalCluster(num_nodes)
    settings = folder / "lab.toml"
    settings.write_text(f'[executor]\nname = "{cluster.environment[registry.VARIABLE]}"\n')
    variables = ONE_THREAD | dict(cluster.environment)
    variables |= {registry.VARIABLE: "", "FMNIST_SETTINGS": str(settings)}
    try:
        with patch.dict(os.environ, variables):
            yield cluster
    finally:
        settings.write_text('[executor]\nname = "local"\n')
        cluster.close()


def submit(folder: Path, recipe: Recipe = RECIPE, *, seed: int = 0) -> Run:
    """Queue a run as a page does."""
    return queue.submit_run(recipe.changed(seed=seed), name=f"seed {seed}", folder=folder)


def train_here(folder: Path, recipe: Recipe, *, seed: int) -> Run:
    """Train the same recipe in this process, with one thread."""
    from fmnist_core.jobs import worker

    run = store.create_run(recipe.changed(seed=seed), name="here", folder=folder)
    with patch.dict(os.environ, ONE_THREAD):
        worker.train_run(run)
    if run.state() is not RunState.FINISHED:
        raise LabError(f"The training in this process did not finish: {run.reason()}")
    return run


def wait_until(condition: Callable[[], object], text: str) -> None:
    """Wait for a condition; raises `LabError` after `TIMEOUT_SECONDS`."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise LabError(f"After {TIMEOUT_SECONDS:.0f} s, {text}.")
        time.sleep(POLL_SECONDS)


def wait_until_finished(*runs: Run) -> None:
    """Wait until no run waits or trains any more."""
    active = (RunState.QUEUED, RunState.RUNNING)
    wait_until(lambda: all(run.state() not in active for run in runs), "runs wait or train")


def wait_for_epochs(run: Run, number: int) -> None:
    """Wait until so many epochs of a run are recorded."""
    wait_until(lambda: num_epochs(run) >= number, f"{run.id} has not trained {number} epochs")


def num_epochs(run: Run) -> int:
    return event_log.num_epochs(run.events_file)


def warnings_of(run: Run) -> list[str]:
    """What the log of a run says that needed attention."""
    logged = Follower(run.events_file).read()
    return [event.message for event in logged if isinstance(event, events.TrainingWarning)]


def differences(run: Run, expected: Mapping[str, bytes]) -> list[str]:
    """Why a run is not as one that trained undisturbed in this process."""
    if run.state() is not RunState.FINISHED:
        return [f"{run.id} is {run.state()}: {run.reason()}"]
    results = results_of(run)
    return [f"{run.id}: {name} differs" for name in expected if results[name] != expected[name]]


def results_of(run: Run) -> dict[str, bytes]:
    """The files of a finished run that follow from its recipe."""
    files = (run.weights_file, run.predictions_file, run.ood_detector_file)
    return {file.name: file.read_bytes() for file in files}
