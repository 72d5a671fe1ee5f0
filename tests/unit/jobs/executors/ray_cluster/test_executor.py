"""Choosing a cluster: sentences when it cannot be used, and the order in which runs start."""

import importlib.util
import socket
import subprocess
import sys

import pytest

from fmnist_core import paths
from fmnist_core.jobs.executors import status
from fmnist_core.jobs.executors.executor import Capacity, ExecutorError
from fmnist_core.jobs.executors.ray_cluster import executor, run_thread
from fmnist_core.jobs.executors.ray_cluster.executor import Connection, RayExecutor
from fmnist_core.jobs.executors.ray_cluster.resources import Resources


@pytest.fixture(autouse=True)
def _on_no_cluster(tmp_path, monkeypatch):
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    monkeypatch.setenv("RAY_TMPDIR", str(tmp_path))


def test_without_ray_the_way_on_is_said(recipe, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ExecutorError, match=r"not installed.*requirements-cluster.txt"):
        RayExecutor().check(recipe)


def test_without_a_cluster_the_way_on_is_said(recipe):
    with pytest.raises(ExecutorError, match=r"part of no Ray cluster.*ray start --head"):
        RayExecutor().check(recipe)


def test_cluster_that_does_not_answer_is_said(recipe, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        name = f"ray://127.0.0.1:{server.getsockname()[1]}"
        RayExecutor(name).check(recipe)
    with pytest.raises(ExecutorError, match="No Ray cluster answers at 127"):
        RayExecutor(name).check(recipe)
    with (
        pytest.raises(ExecutorError, match="No Ray cluster answers"),
        RayExecutor(name).connect(tmp_path),
    ):
        pass


def test_choosing_it_imports_no_ray():
    code = (
        "import sys\nfrom fmnist_core.jobs.executors.registry import get_executor\n"
        "get_executor('ray')\nprint('ray' in sys.modules, 'torch' in sys.modules)"
    )
    output = subprocess.run(
        [sys.executable, "-c", code], cwd=paths.PROJECT, capture_output=True, text=True, check=True
    ).stdout
    assert output.split() == ["False", "False"]


def test_capacity_is_what_the_dispatcher_has_said(tmp_path):
    known = Capacity(num_slots=7, num_gpus=2)
    status.report_capacity(tmp_path, known)
    assert RayExecutor().capacity(tmp_path) == known


class FakeThread:
    """A run that waits for a place until it is told otherwise."""

    def __init__(self, run, _):
        self.run = run
        self.is_waiting = True

    def has_ended(self):
        return False


class FakeCluster:
    address = "head:6379"
    is_lost = False

    def __init__(self, num_free=0.0):
        self.nodes = {"1": object()}
        self.problems = {}
        self.free = Resources(num_cpus=num_free)

    def check(self):
        if self.is_lost:
            raise ExecutorError("The cluster is lost.")

    def total(self):
        return Resources(num_cpus=2)

    def available(self):
        return self.free


@pytest.fixture
def connection(tmp_path, monkeypatch):
    made = Connection(FakeCluster(), tmp_path)
    monkeypatch.setattr(executor, "_connections", [made])
    monkeypatch.setattr(run_thread, "RunThread", FakeThread)
    return made


@pytest.mark.usefixtures("connection")
def test_next_run_waits_until_the_first_one_has_its_place(make_run, tmp_path):
    ray, runs = RayExecutor(), [make_run(), make_run()]
    first = ray.start(runs[0])
    assert ray.start(runs[1]) is None
    assert ray.is_full(tmp_path)
    first.is_waiting = False
    assert not ray.is_full(tmp_path)
    assert ray.start(runs[1]) is not None


def test_while_one_starts_the_next_may_take_what_is_free(make_run, connection, monkeypatch):
    monkeypatch.setattr(executor, "RESERVED_SECONDS", -1.0)
    ray, runs = RayExecutor(), [make_run(), make_run()]
    ray.start(runs[0])
    assert ray.start(runs[1]) is None
    connection.cluster.free = Resources(num_cpus=1)
    assert ray.start(runs[1]) is not None


def test_lost_cluster_starts_nothing_and_is_not_full(make_run, connection, tmp_path):
    ray = RayExecutor()
    ray.start(make_run())
    connection.cluster.is_lost = True
    assert not ray.is_full(tmp_path)
    with pytest.raises(ExecutorError, match="lost"):
        ray.start(make_run())


def test_without_a_connection_nothing_can_start(tmp_path):
    assert RayExecutor().is_full(tmp_path)


def test_pages_are_told_of_nodes_that_cannot_train(connection, tmp_path):
    connection.cluster.problems = {"2": "Node b is old.", "3": "Node b is old."}
    connection.report()
    assert status.read(tmp_path).problem == "Node b is old."
    assert status.read(tmp_path).capacity == Capacity(num_slots=2)
    connection.cluster.problems = {}
    connection.report()
    assert not status.read(tmp_path).problem


def test_pages_are_told_of_a_cluster_without_nodes(connection, tmp_path):
    connection.cluster.nodes = {}
    connection.report()
    assert "no node that can train" in status.read(tmp_path).problem
