"""The connection to a Ray cluster: its nodes, the images on them, and whether it still answers.

Ray allows one connection per process; the dispatcher holds it.
"""

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from fmnist_core.data import datasets
from fmnist_core.data.datasets import DatasetKey
from fmnist_core.jobs.executors.executor import ExecutorError
from fmnist_core.jobs.executors.ray_cluster import node_task, nodes
from fmnist_core.jobs.executors.ray_cluster.address import Address
from fmnist_core.jobs.executors.ray_cluster.control_relay import ControlRelay
from fmnist_core.jobs.executors.ray_cluster.resources import Resources

CHECK_SECONDS = 2.0
LOST_SECONDS = 15.0
"""After so long without an answer the cluster counts as lost; a head with external Redis restarts
in less. Ray itself would end this process after a minute.
"""
MAX_WARM = 4
"""Processes of a node that load torch before runs need them; each takes 600 MB."""
PROBE_SECONDS = 30.0
"""For a node's first process to start, on a slow machine."""


@dataclass(frozen=True, kw_only=True)
class Node:
    """A node that can train runs of this machine."""

    id: str
    name: str
    total: Resources
    """What it has when nothing trains."""


class Cluster:
    """A cluster that this process is connected to; see `connect`."""

    def __init__(self, address: Address, relay: Any) -> None:
        self.address = address
        self.relay = relay
        """The actor `ControlRelay`."""
        self.nodes: dict[str, Node] = {}
        """Those that can train, by Ray's id."""
        self.problems: dict[str, str] = {}
        """Why other nodes cannot, by Ray's id."""
        self._lost = threading.Event()
        self._lost_nodes: set[str] = set()
        self._arrays: dict[DatasetKey, Any] = {}
        self._lock = threading.Lock()

    @property
    def is_lost(self) -> bool:
        """Whether the cluster has gone away; then nothing more can be asked of it."""
        return self._lost.is_set()

    def check(self) -> None:
        """Raise `ExecutorError` if the cluster has gone away."""
        if self.is_lost:
            raise ExecutorError(
                f"The Ray cluster at {self.address} no longer answers. Runs that wait start once "
                "it is back."
            )

    def total(self) -> Resources:
        """What all nodes that can train have together."""
        totals = [node.total for node in list(self.nodes.values())]
        return Resources(
            num_cpus=sum(total.num_cpus for total in totals),
            num_gpus=sum(total.num_gpus for total in totals),
        )

    def available(self) -> Resources:
        """What is not reserved at the moment."""
        return _resources(ray.available_resources())

    def arrays(self, key: DatasetKey) -> Any:
        """All images and labels of a data set, read once here and once by each node.

        Raises `DataError`.
        """
        with self._lock:
            if key not in self._arrays:
                self._arrays[key] = ray.put(datasets.load_arrays(key))
            return self._arrays[key]

    def is_ready(self, stream: Any, seconds: float) -> bool:
        """Wait for the next item of a task's stream, or its end."""
        try:
            ready, _ = ray.wait([stream], timeout=seconds)
        except OSError:  # Ray's processes on this machine are gone
            self._lost.set()
            return False
        return bool(ready)

    def refresh_nodes(self) -> None:
        """Look for nodes that have come or gone, and ask new ones for their versions."""
        listed = {
            node["NodeID"]: node
            for node in ray.nodes()
            if node["Alive"] and node["NodeID"] not in self._lost_nodes
        }
        if _own_node() not in listed:
            self._lost.set()
        for known in (self.nodes, self.problems):
            for node_id in known.keys() - listed.keys():
                known.pop(node_id, None)
        probe = ray.remote(num_cpus=0, max_retries=0)(nodes.read_versions)
        answers = {
            node_id: probe.options(scheduling_strategy=_on_node(node_id)).remote()
            for node_id in listed.keys() - self.nodes.keys() - self.problems.keys()
            if _resources(listed[node_id]["Resources"]) != Resources()
        }
        for node_id, answer in answers.items():
            self._record_answer(listed[node_id], answer)

    def forget_node(self, node_id: str) -> None:
        """Place nothing on a node that was lost: Ray itself notices that after about 15 seconds."""
        self._lost_nodes.add(node_id)
        self.nodes.pop(node_id, None)

    def _record_answer(self, listed: dict[str, Any], answer: Any) -> None:
        node_id, name = listed["NodeID"], listed["NodeManagerAddress"]
        try:
            versions = ray.get(answer, timeout=PROBE_SECONDS)
            problem = nodes.describe_mismatch(name, versions, nodes.read_versions())
        except ray.exceptions.RayError as error:
            problem = nodes.describe_probe_error(name, error)
        if problem:
            self.problems[node_id] = problem
        else:
            self.nodes[node_id] = Node(id=node_id, name=name, total=_resources(listed["Resources"]))
            self._warm_up(self.nodes[node_id])

    def _warm_up(self, node: Node) -> None:
        """Start processes in which runs can begin at once."""
        start: Any = ray.remote(num_cpus=0, max_retries=0)(node_task.load_torch)
        for _ in range(max(1, min(int(node.total.num_cpus), MAX_WARM))):
            start.options(scheduling_strategy=_on_node(node.id)).remote()

    def watch(self, stop: threading.Event) -> None:
        """Find out that the cluster has gone away; Ray's own calls would only wait."""
        last_answer = time.monotonic()
        while not stop.wait(CHECK_SECONDS) and not self.is_lost:
            if self.address.answers():
                last_answer = time.monotonic()
            elif time.monotonic() - last_answer > LOST_SECONDS:
                self._lost.set()


@contextmanager
def connect(address: Address) -> Iterator[Cluster]:
    """Connect this process; raises `ExecutorError`, with the way on, if that fails."""
    try:
        ray.init(address=str(address), log_to_driver=False, logging_level=logging.ERROR)
    except Exception as error:  # Ray raises errors of many types here
        raise ExecutorError(describe_refusal(address, error)) from error
    stop = threading.Event()
    try:
        relay: Any = ray.remote(ControlRelay).options(
            num_cpus=0, max_concurrency=1000, scheduling_strategy=_on_node(_own_node())
        )
        cluster = Cluster(address, relay.remote())
        threading.Thread(target=cluster.watch, args=(stop,), daemon=True).start()
        yield cluster
    finally:
        stop.set()
        ray.shutdown()


def describe_refusal(address: Address, error: Exception) -> str:
    """Why Ray did not connect although something answers at the address."""
    first_line = str(error).strip().partition("\n")[0]
    if isinstance(error, ConnectionError):
        return (
            f"The Ray cluster at {address} does not let this machine in, so runs wait. Copy the "
            "file .ray/auth_token of the head's home folder to this machine's, and run 'ray start "
            f"--address={address}' here."
        )
    return f"The Ray cluster at {address} cannot be used, so runs wait: {first_line}"


def _resources(amounts: Mapping[str, float]) -> Resources:
    return Resources(num_cpus=amounts.get("CPU", 0.0), num_gpus=amounts.get("GPU", 0.0))


def _own_node() -> str:
    return ray.get_runtime_context().get_node_id()


def _on_node(node_id: str) -> NodeAffinitySchedulingStrategy:
    return NodeAffinitySchedulingStrategy(node_id, soft=False)
