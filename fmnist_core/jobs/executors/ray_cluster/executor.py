"""Train on a Ray cluster. Choosing it imports no Ray: only the dispatcher connects."""

import importlib.util
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from fmnist_core.jobs.executors import status
from fmnist_core.jobs.executors.executor import Capacity, Executor, ExecutorError
from fmnist_core.jobs.executors.ray_cluster.address import Address, find_address
from fmnist_core.jobs.executors.ray_cluster.resources import (
    SMALL_MODEL_SHARE,
    Resources,
    resources_for,
)
from fmnist_core.runs.run import Run
from fmnist_core.settings import get_settings
from fmnist_core.training.recipe import Recipe

if TYPE_CHECKING:
    from fmnist_core.jobs.executors.ray_cluster.cluster import Cluster
    from fmnist_core.jobs.executors.ray_cluster.run_thread import RunThread

NODES_SECONDS = 3.0
"""How often the dispatcher looks for new nodes."""
JOIN_SECONDS = 10.0
MAX_PROBLEMS = 3
"""Of nodes that are shown at once."""
RESERVED_SECONDS = 0.5
"""After which Ray's count of free resources knows of a run that was started."""


class Connection:
    """What this process trains on the cluster. Ray allows one connection per process."""

    def __init__(self, cluster: "Cluster", folder: Path) -> None:
        self.cluster = cluster
        self.folder = folder
        self.threads: list[RunThread] = []
        self.started_at = 0.0

    def has_room(self, resources: Resources) -> bool:
        """Whether another run that reserves as much may ask Ray for a place.

        As long as one waits, only if something is free: so runs start in the order of the queue.
        """
        self.threads = [thread for thread in self.threads if not thread.has_ended()]
        if self.cluster.is_lost or not any(thread.is_waiting for thread in self.threads):
            return True
        is_known = time.monotonic() - self.started_at > RESERVED_SECONDS
        return is_known and self.cluster.available().holds(resources)

    def start(self, run: Run) -> "RunThread":
        from fmnist_core.jobs.executors.ray_cluster.run_thread import RunThread

        thread = RunThread(run, self.cluster)
        self.threads.append(thread)
        self.started_at = time.monotonic()
        return thread

    def watch_nodes(self, stop: threading.Event) -> None:
        """Keep the nodes up to date, and tell the pages about them."""
        with suppress(OSError):  # Ray's processes here are gone, which the runs notice, too
            while not stop.wait(NODES_SECONDS) and not self.cluster.is_lost:
                self.cluster.refresh_nodes()
                self.report()

    def report(self) -> None:
        """Tell the pages what the cluster has, and which nodes cannot be used."""
        status.report_capacity(self.folder, _capacity(self.cluster))
        problem = _describe_problems(self.cluster)
        if problem != status.read(self.folder).problem:
            status.report_problem(self.folder, problem)


_connections: list[Connection] = []
"""At most one: of this process."""


@dataclass(frozen=True)
class RayExecutor(Executor):
    """Each run is a task of a Ray cluster, which has processes on its nodes."""

    idle_seconds: ClassVar[float] = 600.0
    address: str = ""
    """`ray://host:port`, or empty for the cluster that this machine has joined."""

    def capacity(self, folder: Path) -> Capacity:
        return status.read(folder).capacity

    def check(self, recipe: Recipe) -> None:
        del recipe
        self._find_cluster()

    @contextmanager
    def connect(self, folder: Path) -> Iterator[None]:
        address = self._find_cluster()
        os.environ.setdefault("RAY_AUTH_MODE", "token")  # before Ray is imported
        from fmnist_core.jobs.executors.ray_cluster import cluster as ray_cluster

        with ray_cluster.connect(address) as cluster:
            connection = Connection(cluster, folder)
            cluster.refresh_nodes()
            connection.report()
            stop = threading.Event()
            threading.Thread(target=connection.watch_nodes, args=(stop,), daemon=True).start()
            _connections.append(connection)
            try:
                yield
            finally:
                _connections.remove(connection)
                stop.set()
                for thread in connection.threads:
                    thread.join(JOIN_SECONDS)

    def is_full(self, folder: Path) -> bool:
        del folder
        return not _connections or not _connections[0].has_room(_smallest_request(_connections[0]))

    def start(self, run: Run) -> "RunThread | None":
        (connection,) = _connections
        connection.cluster.check()
        request = resources_for(
            run.recipe(),
            has_gpus=connection.cluster.total().num_gpus > 0,
            cpus_per_run=get_settings().executor.cpus_per_run,
        )
        return connection.start(run) if connection.has_room(request) else None

    def _find_cluster(self) -> Address:
        if importlib.util.find_spec("ray") is None:
            raise ExecutorError(
                "Ray is not installed. Install it with 'pip install -r requirements-cluster.txt', "
                "or choose the executor local."
            )
        address = find_address(self.address)
        if address is None:
            raise ExecutorError(
                "This machine is part of no Ray cluster. Start one with 'RAY_AUTH_MODE=token ray "
                "start --head', or choose the executor local."
            )
        if not address.answers():
            raise ExecutorError(
                f"No Ray cluster answers at {address}. Start it with 'RAY_AUTH_MODE=token ray "
                "start --head', or choose the executor local."
            )
        return address


def _smallest_request(connection: Connection) -> Resources:
    if connection.cluster.total().num_gpus:
        return Resources(num_gpus=SMALL_MODEL_SHARE)
    return Resources(num_cpus=get_settings().executor.cpus_per_run)


def _capacity(cluster: "Cluster") -> Capacity:
    total = cluster.total()
    cpus_per_run = get_settings().executor.cpus_per_run
    num_slots = int(total.num_gpus or total.num_cpus // cpus_per_run)
    return Capacity(num_slots=max(1, num_slots), num_gpus=int(total.num_gpus))


def _describe_problems(cluster: "Cluster") -> str:
    problems = list(dict.fromkeys(cluster.problems.values()))
    if problems:
        return " ".join(problems[:MAX_PROBLEMS])
    if not cluster.nodes:
        return (
            f"The Ray cluster at {cluster.address} has no node that can train; add one with "
            f"'RAY_AUTH_MODE=token ray start --address={cluster.address}'."
        )
    return ""
