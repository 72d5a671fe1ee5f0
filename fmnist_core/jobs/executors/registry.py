"""The executors, and which one is chosen: by `FMNIST_EXECUTOR`, else by the settings file."""

import os
import pkgutil
from dataclasses import dataclass
from pathlib import Path

from fmnist_core.errors import SettingsError, unknown_key
from fmnist_core.jobs.executors.executor import Capacity, Executor
from fmnist_core.jobs.executors.local import LocalExecutor
from fmnist_core.settings import get_settings

VARIABLE = "FMNIST_EXECUTOR"


@dataclass(frozen=True, kw_only=True)
class ExecutorSpec:
    """One executor; listing it imports nothing."""

    key: str
    title: str = ""
    """How pages call it; empty for this machine, which they describe by its devices."""
    builder: str
    takes_address: bool = False
    """Whether `KEY://HOST:PORT` names one of several, which the builder gets as `address`."""

    def build(self, address: str) -> Executor:
        """The executor at `address`, which is empty for the usual one."""
        options = {"address": address} if self.takes_address else {}
        return pkgutil.resolve_name(self.builder)(**options)


_ALL = (
    ExecutorSpec(
        key="local",
        builder="fmnist_core.jobs.executors.local:LocalExecutor",
    ),
    ExecutorSpec(
        key="slurm",
        title="Slurm",
        builder="fmnist_core.jobs.executors.slurm:SlurmExecutor",
    ),
    ExecutorSpec(
        key="ray",
        title="Ray cluster",
        builder="fmnist_core.jobs.executors.ray_cluster.executor:RayExecutor",
        takes_address=True,
    ),
)
EXECUTORS = {spec.key: spec for spec in _ALL}


def chosen_name() -> str:
    """What was chosen, such as `local` or `ray://host:port`; raises `SettingsError`."""
    return os.environ.get(VARIABLE) or get_settings().executor.name


def get_executor(name: str | None = None) -> Executor:
    """The executor of this name, by default the chosen one; raises `SettingsError`."""
    name = chosen_name() if name is None else name
    key, _, address = name.partition("://")
    spec = EXECUTORS.get(key)
    if spec is None or (address and not spec.takes_address):
        raise unknown_key(SettingsError, "executor", name, EXECUTORS)
    return spec.build(name if address else "")


def cluster_title() -> str:
    """How pages call what runs train on; empty if that is this machine, or cannot be told."""
    try:
        key = chosen_name().partition("://")[0]
    except SettingsError:
        return ""
    return EXECUTORS[key].title if key in EXECUTORS else ""


def capacity(folder: Path) -> Capacity:
    """What runs can train on; that of this machine while no executor can be chosen."""
    try:
        return get_executor().capacity(folder)
    except SettingsError:  # pages say what is wrong when somebody queues a run
        return LocalExecutor().capacity(folder)
