"""Each executor as it is tested: on this machine, with what chooses it and shows its processes."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from fmnist_core.bench.local_cluster import LocalCluster

SLURM_SETTINGS = """
[slurm]
cluster = "local" # submitit's own executor of that name
jobs = 2
gpus = 0
"""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the tests of one executor train."""

    key: str
    runs_folder: Path
    environment: Mapping[str, str]
    training_processes: Callable[[], list[psutil.Process]]
    """The processes in which runs train at the moment."""
    num_slots: int


def processes_with(module: str, folder: Path) -> list[psutil.Process]:
    """The processes that run this module for these runs."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        if module in command and any(str(folder) in part for part in command):
            found.append(process)
    return found


@contextmanager
def local(folder: Path) -> Iterator[Place]:
    runs = folder / "runs"
    yield Place(
        key="local",
        runs_folder=runs,
        environment={"FMNIST_EXECUTOR": "local"},
        training_processes=lambda: processes_with("fmnist_core.jobs.worker", runs),
        num_slots=1,
    )


@contextmanager
def slurm(folder: Path) -> Iterator[Place]:
    runs, settings = folder / "runs", folder / "lab.toml"
    settings.write_text(SLURM_SETTINGS)
    yield Place(
        key="slurm",
        runs_folder=runs,
        environment={"FMNIST_EXECUTOR": "slurm", "FMNIST_SETTINGS": str(settings)},
        training_processes=lambda: processes_with("submitit.core._submit", runs),
        num_slots=2,
    )


@contextmanager
def ray(folder: Path) -> Iterator[Place]:
    cluster = LocalCluster(2)
    try:
        yield Place(
            key="ray",
            runs_folder=folder / "runs",
            environment=cluster.environment,
            training_processes=cluster.training_processes,
            num_slots=2,
        )
    finally:
        cluster.close()


PLACES = {place.__name__: place for place in (local, slurm, ray)}
"""By the key of the executor."""
