"""A run with two workers, in processes of Ray; one of them is killed."""

import asyncio
import subprocess
import sys
import time

import psutil
import pytest
import torch
from safetensors.torch import load_file

from fmnist_core import paths
from fmnist_core.jobs import worker
from fmnist_core.jobs.executors.ray_cluster.control_relay import ControlValues
from fmnist_core.jobs.executors.ray_train import EventChannel
from fmnist_core.runs import event_log, store
from fmnist_core.runs.event_log import Follower
from fmnist_core.runs.run import Run, RunState
from fmnist_core.training.events import Epoch, TrainingWarning
from fmnist_core.training.recipe import Recipe

TIMEOUT_SECONDS = 240
ROUNDING = 1e-3
"""Sums of float32 in another order, after some hundred steps."""
RECIPE = Recipe.parse(
    {
        "model": "mlp",
        "data": "drawn",
        "train_images": 1000,
        "epochs": 5,
        "batch_size": 32,
        "optimizer": "sgd",
        "learning_rate": 0.01,
        "dropout": 0.0,
        "augmentation": {"flip": "random"},
        "precision": "float32",
        "device": "cpu",
    }
)


@pytest.fixture(scope="module")
def together(tmp_path_factory) -> Run:
    """A finished run with two workers; one was killed after an epoch."""
    folder = tmp_path_factory.mktemp("together")
    run = store.create_run(RECIPE.changed(workers=2), name="together", folder=folder)
    command = [sys.executable, "-m", "fmnist_core.jobs.worker", str(run.path), "cpu"]
    with subprocess.Popen(command, cwd=paths.PROJECT) as process:
        try:
            wait_for_epoch(run)
            kill_a_worker(psutil.Process(process.pid))
            process.wait(TIMEOUT_SECONDS)
        finally:
            process.kill()
    return run


def wait_for_epoch(run: Run) -> None:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while event_log.num_epochs(run.events_file) < 1:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def kill_a_worker(process: psutil.Process) -> None:
    children = process.children(recursive=True)
    workers = [child for child in children if "RayTrainWorker" in " ".join(child.cmdline())]
    assert len(workers) == 2
    workers[-1].kill()


def test_run_goes_on_after_a_worker_has_died(together):
    events = Follower(together.events_file).read()
    (warning,) = (event for event in events if isinstance(event, TrainingWarning))
    assert warning.message.startswith("One of the workers that trained this run has died.")
    epochs = [event.epoch for event in events if isinstance(event, Epoch)]
    assert sorted(set(epochs)) == list(range(1, RECIPE.epochs + 1))
    assert together.state() is RunState.FINISHED


def test_weights_are_those_of_one_process(together, tmp_path):
    alone = store.create_run(RECIPE, name="alone", folder=tmp_path)
    worker.train_run(alone)
    torch.testing.assert_close(
        load_file(together.weights_file),
        load_file(alone.weights_file),
        atol=ROUNDING,
        rtol=ROUNDING,
    )
    assert together.report().test_accuracy == pytest.approx(alone.report().test_accuracy, abs=0.01)


def test_channel_hands_over_one_event_at_a_time():
    """The first worker waits until its event is handled, and then gets the control."""
    control = ControlValues(learning_rate_factor=0.5, stop=True)

    async def exchange() -> tuple[list[str], ControlValues]:
        channel = EventChannel()
        put = asyncio.create_task(channel.put(["event"]))
        event = await channel.take(ControlValues(1.0, stop=False))
        await asyncio.sleep(0)
        assert not put.done()
        handled = asyncio.create_task(channel.take(control))
        received = await put
        handled.cancel()
        return event, received

    assert asyncio.run(exchange()) == (["event"], control)
