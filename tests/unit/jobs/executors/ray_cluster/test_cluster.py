"""The connection: whether the cluster still answers, and which nodes can train."""

import socket
import threading
from dataclasses import replace
from unittest.mock import Mock

import pytest

from fmnist_core.jobs.executors.executor import ExecutorError
from fmnist_core.jobs.executors.ray_cluster import cluster as module
from fmnist_core.jobs.executors.ray_cluster import nodes
from fmnist_core.jobs.executors.ray_cluster.address import Address
from fmnist_core.jobs.executors.ray_cluster.cluster import Cluster, describe_refusal
from fmnist_core.jobs.executors.ray_cluster.resources import Resources

ADDRESS = Address("127.0.0.1", 1)
EQUAL = replace(nodes.read_versions(), auth_mode=nodes.AUTH_MODE)


class FakeRay:
    """Ray as far as nodes are concerned."""

    exceptions = module.ray.exceptions

    def __init__(self):
        self.listed = {}
        self.versions = {}
        self.num_puts = 0

    def add(self, name, versions=EQUAL, **resources):
        self.listed[name] = {
            "NodeID": name, "NodeManagerAddress": name, "Alive": True, "Resources": resources,
        }  # fmt: skip
        self.versions[name] = versions

    def nodes(self):
        return list(self.listed.values())

    def remote(self, *_, **__):
        return lambda function: FakeTask(self, function)

    def get(self, answer, **_):
        if isinstance(answer, Exception):
            raise answer
        return answer

    def wait(self, streams, **_):
        return streams, []

    def put(self, value):
        self.num_puts += 1
        return value


class FakeTask:
    def __init__(self, ray, function):
        self.ray, self.function = ray, function

    def options(self, scheduling_strategy):
        self.node = scheduling_strategy
        return self

    def remote(self):
        return self.ray.versions[self.node]


@pytest.fixture
def ray(monkeypatch):
    fake = FakeRay()
    monkeypatch.setattr(module, "ray", fake)
    monkeypatch.setattr(module, "_own_node", lambda: "head")
    monkeypatch.setattr(module, "_on_node", lambda node: node)
    monkeypatch.setenv(nodes.AUTH_VARIABLE, nodes.AUTH_MODE)
    return fake


@pytest.fixture
def cluster(ray):
    ray.add("head")
    return Cluster(ADDRESS, relay=None)


def test_nodes_come_and_go(ray, cluster):
    ray.add("a", CPU=2.0)
    ray.add("b", CPU=4.0, GPU=1.0)
    cluster.refresh_nodes()
    assert cluster.total() == Resources(num_cpus=6, num_gpus=1)
    del ray.listed["a"]
    cluster.refresh_nodes()
    assert cluster.nodes.keys() == {"b"}


def test_head_without_resources_is_no_node(cluster):
    cluster.refresh_nodes()
    assert not cluster.nodes
    assert not cluster.problems


def test_node_with_other_versions_is_left_out(ray, cluster):
    ray.add("old", replace(EQUAL, torch="1.13.0"), CPU=2.0)
    cluster.refresh_nodes()
    assert not cluster.nodes
    assert "torch 1.13.0" in cluster.problems["old"]


def test_node_that_cannot_be_asked_is_left_out(ray, cluster):
    ray.add("silent", ray.exceptions.GetTimeoutError("late"), CPU=2.0)
    cluster.refresh_nodes()
    assert "silent does not answer" in cluster.problems["silent"]


def test_lost_node_is_left_out_although_ray_still_lists_it(ray, cluster):
    ray.add("a", CPU=2.0)
    cluster.refresh_nodes()
    cluster.forget_node("a")
    cluster.refresh_nodes()
    assert not cluster.nodes


def test_cluster_without_this_machine_is_lost(ray, cluster):
    del ray.listed["head"]
    cluster.refresh_nodes()
    with pytest.raises(ExecutorError, match="no longer answers"):
        cluster.check()


def test_images_are_read_once(ray, cluster):
    first = cluster.arrays("drawn")
    assert cluster.arrays("drawn") is first
    assert ray.num_puts == 1


def test_cluster_is_lost_when_rays_processes_here_are_gone(ray, cluster):
    assert cluster.is_ready(["event"], 1.0)
    ray.wait = Mock(side_effect=BrokenPipeError)
    assert not cluster.is_ready(["event"], 1.0)
    assert cluster.is_lost


@pytest.fixture
def _fast_checks(monkeypatch):
    monkeypatch.setattr(module, "CHECK_SECONDS", 0.01)
    monkeypatch.setattr(module, "LOST_SECONDS", 0.05)


@pytest.mark.usefixtures("_fast_checks")
def test_head_that_no_longer_answers_is_noticed(cluster):
    cluster.watch(threading.Event())
    assert cluster.is_lost


@pytest.mark.usefixtures("_fast_checks")
def test_head_that_answers_is_not_lost(cluster):
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0), backlog=200) as server:
        cluster.address = Address("127.0.0.1", server.getsockname()[1])
        watching = threading.Thread(target=cluster.watch, args=(stop,))
        watching.start()
        watching.join(0.3)
        stop.set()
        watching.join()
    assert not cluster.is_lost


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ConnectionError("Failed to connect"), ".ray/auth_token"),
        (RuntimeError("Version mismatch: 2.1\nand more"), "Version mismatch: 2.1"),
    ],
)
def test_refusal_is_explained(error, text):
    sentence = describe_refusal(ADDRESS, error)
    assert text in sentence
    assert "and more" not in sentence
