"""What a node does around `fit`."""

import os
from types import SimpleNamespace

import pytest
import torch

from fmnist_core.data import datasets
from fmnist_core.jobs.executors.ray_cluster import control_relay, node_task
from fmnist_core.training import devices
from fmnist_core.training.events import FitResult, Snapshot
from fmnist_core.training.fit_options import FitControl


@pytest.fixture
def assigned(monkeypatch):
    """What Ray has reserved for this task."""
    resources = {"CPU": 3.0}
    context = SimpleNamespace(
        get_assigned_resources=lambda: resources, get_node_id=lambda: "node-1"
    )
    monkeypatch.setattr(node_task.ray, "get_runtime_context", lambda: context)
    monkeypatch.setenv(devices.THREADS_VARIABLE, "1")
    return resources


@pytest.mark.usefixtures("assigned")
def test_it_uses_as_many_threads_as_reserved_cores(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    node_task.use_only_assigned_resources()
    assert os.environ[devices.THREADS_VARIABLE] == "3"


def test_it_uses_its_share_of_a_gpu(assigned, monkeypatch):
    assigned["GPU"] = 0.25
    shares = []
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "set_per_process_memory_fraction", shares.append)
    node_task.use_only_assigned_resources()
    assert shares == [0.25]


@pytest.mark.usefixtures("assigned", "one_thread")
def test_it_says_where_it_is_and_then_trains(recipe, monkeypatch):
    options = {"initial": None, "teacher": None, "snapshot": None, "control": FitControl()}
    monkeypatch.setattr(control_relay, "receive_options", lambda *_: options)
    monkeypatch.setattr(control_relay, "follow", lambda *_: None)
    small = recipe.changed(epochs=1, train_images=200)
    events = node_task.train(small, datasets.load_arrays("drawn"), relay=None, task="t")
    placed, *trained = events
    assert placed == node_task.Placed("node-1")
    assert isinstance(trained[-1], FitResult)


@pytest.mark.usefixtures("assigned")
def test_it_ends_if_the_run_is_no_longer_wanted(recipe, monkeypatch):
    monkeypatch.setattr(control_relay, "receive_options", lambda *_: None)
    events = list(node_task.train(recipe, None, relay=None, task="t"))
    assert events == [node_task.Placed("node-1")]


def test_snapshot_is_moved_to_main_memory():
    weight = torch.zeros(2, requires_grad=True)
    moved = node_task.to_cpu(Snapshot(step=3, tensors={"weight": weight}, values={}))
    assert moved.step == 3
    assert not moved.tensors["weight"].requires_grad
    assert moved.tensors["weight"].device.type == "cpu"


def test_loading_torch_can_be_repeated():
    node_task.load_torch()
    node_task.load_torch()
