"""Real worker processes that train on synthetic garments, for tests that break them."""

import os
import time
from collections.abc import Callable

import psutil
import pytest

from fmnist_core.jobs import queue
from fmnist_core.runs.event_log import Follower
from fmnist_core.runs.run import Run, RunState
from fmnist_core.training.events import Epoch
from fmnist_core.training.recipe import Recipe

TIMEOUT_SECONDS = 90.0

LONG = Recipe.parse(
    {
        "model": "mlp",
        "data": "drawn",
        "train_images": 2000,
        "epochs": 200,
        "batch_size": 32,
        "precision": "float32",
        "device": "cpu",
    }
)


def wait_until(condition: Callable[[], object]) -> None:
    """Wait until `condition` holds; fail after `TIMEOUT_SECONDS`."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "the condition was never met"
        time.sleep(0.05)


def num_epochs(run: Run) -> int:
    return sum(isinstance(event, Epoch) for event in Follower(run.events_file).read())


def worker_of(run: Run) -> psutil.Process:
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        if "fmnist_core.jobs.worker" in command and str(run.path) in command:
            return process
    pytest.fail("no worker is training the run")


@pytest.fixture
def training(tmp_path, monkeypatch):
    """A run in training, two epochs in; its processes are ended afterwards."""
    monkeypatch.setenv("FMNIST_RUNS_DIR", str(tmp_path / "runs"))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    run = queue.submit_run(LONG, name="long")
    wait_until(lambda: num_epochs(run) >= 2)
    yield run
    end_processes_of(str(run.path.parent))


def end_processes_of(folder: str) -> None:
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        if process.pid != os.getpid() and any(folder in part for part in command):
            process.kill()


def is_not_running(run: Run) -> bool:
    return run.state() is not RunState.RUNNING
