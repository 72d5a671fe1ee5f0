"""Real runs on each executor: one set of tests for all of them."""

import pytest

from fmnist_core.jobs import queue, worker
from fmnist_core.runs import store
from fmnist_core.runs.run import RunState
from fmnist_core.training.recipe import Recipe
from tests.executors.places import PLACES, Place
from tests.faults.conftest import end_processes_of, wait_until

SHORT = Recipe.parse(
    {
        "model": "mlp",
        "data": "drawn",
        "train_images": 1000,
        "epochs": 3,
        "batch_size": 64,
        "precision": "float32",
        "device": "cpu",
    }
)
LONG = SHORT.changed(epochs=200, train_images=5000)
ONE_THREAD = {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
"""Sums of numbers depend on how many threads share them."""


@pytest.fixture(scope="session", params=PLACES)
def open_place(request, tmp_path_factory):
    """One executor after the other, for all tests; its processes are ended afterwards."""
    folder = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ONE_THREAD.items():
            patch.setenv(name, value)
        with PLACES[request.param](folder) as place:
            place.runs_folder.mkdir()
            yield place
            end_processes_of(str(folder))


@pytest.fixture
def place(open_place: Place, monkeypatch):
    """The executor that is chosen in this test; no run is left when it ends."""
    variables = ONE_THREAD | dict(open_place.environment)
    for name, value in (variables | {"FMNIST_RUNS_DIR": str(open_place.runs_folder)}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("fmnist_core.jobs.slots.slot_names", lambda: ("cpu",))
    yield open_place
    for run, state in queue.unfinished_runs(open_place.runs_folder):
        if state is RunState.QUEUED:
            queue.cancel_run(run)
        elif state is RunState.RUNNING:
            queue.control_run(run, "stop")
    wait_until(lambda: not queue.list_queue(open_place.runs_folder))


@pytest.fixture(scope="session")
def trained_here(tmp_path_factory):
    """A short run that was trained in this process, with one thread."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ONE_THREAD.items():
            patch.setenv(name, value)
        run = store.create_run(SHORT, name="here", folder=tmp_path_factory.mktemp("here"))
        worker.train_run(run)
    return run
