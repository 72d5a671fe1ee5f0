"""A Ray cluster whose nodes are processes on this machine, for benchmarks and tests to kill.

`python -m fmnist_core.bench.local_cluster NUM-NODES` starts it and obeys the lines on its standard
input. It is a process of its own, because Ray's library gives up with the head.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import psutil

from fmnist_core import paths

HEAD_OBJECT_STORE = 150 * 2**20
NODE_OBJECT_STORE = 80 * 2**20
"""Ray's minimum is 75 MiB; Fashion-MNIST takes 55."""
TASK_NAME = "ray::train"
"""How Ray calls a process while a run trains in it."""


def cluster_environment() -> dict[str, str]:
    """A cluster with a token of its own, which tells nobody that it was started.

    Its processes have the usual priority: what else runs on a node is part of the test.
    """
    return {
        "RAY_worker_niceness": "0",
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.token_hex(32),
        "RAY_USAGE_STATS_ENABLED": "0",
    }


class LocalCluster:
    """A head that trains nothing, and nodes with one core each."""

    def __init__(self, num_nodes: int) -> None:
        variables = cluster_environment()
        self._server = subprocess.Popen(
            [sys.executable, "-m", __name__, str(num_nodes)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            cwd=paths.PROJECT, env=os.environ | variables,
        )  # fmt: skip
        self._processes: list[psutil.Process] = []
        self.address = self._read_answer()
        self.environment: Mapping[str, str] = variables | {
            "FMNIST_EXECUTOR": f"ray://{self.address}"
        }
        """For whoever trains on it."""

    def kill_head(self) -> None:
        """Kill the head's processes, as when its machine fails."""
        self._tell("kill head")

    def kill_node(self) -> None:
        """Kill the processes of the oldest node."""
        self._tell("kill node")

    def add_node(self) -> None:
        self._tell("add node")

    def training_processes(self) -> list[psutil.Process]:
        """The processes in which runs train at the moment."""
        return [process for process in self._all_processes() if _name(process) == TASK_NAME]

    def close(self) -> None:
        """End everything."""
        processes = self._all_processes()
        with suppress(OSError):
            self._server.communicate(timeout=30)
        self._server.kill()
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def _all_processes(self) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self._server.pid).children(recursive=True)
        return []

    def _tell(self, command: str) -> None:
        assert self._server.stdin is not None
        self._server.stdin.write(f"{command}\n")
        self._server.stdin.flush()
        self._read_answer()

    def _read_answer(self) -> str:
        assert self._server.stdout is not None
        return self._server.stdout.readline().strip()


def _name(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        return " ".join(process.cmdline()).split(maxsplit=1)[0]
    return ""


def serve(num_nodes: int) -> None:
    """Start a cluster, print its address, and obey commands until standard input is closed."""
    from ray.cluster_utils import Cluster

    cluster: Any = Cluster(
        initialize_head=True,
        head_node_args={
            "num_cpus": 0,
            "object_store_memory": HEAD_OBJECT_STORE,
            "include_dashboard": False,
        },
    )
    nodes: list[Any] = []

    def add_node() -> None:
        nodes.append(cluster.add_node(num_cpus=1, object_store_memory=NODE_OBJECT_STORE))

    commands: dict[str, Callable[[], None]] = {
        "add node": add_node,
        "kill node": lambda: cluster.remove_node(nodes.pop(0), allow_graceful=False),
        "kill head": lambda: cluster.remove_node(cluster.head_node, allow_graceful=False),
    }
    for _ in range(num_nodes):
        add_node()
    print(cluster.address, flush=True)
    for line in sys.stdin:
        commands[line.strip()]()
        print("done", flush=True)
    cluster.shutdown()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
