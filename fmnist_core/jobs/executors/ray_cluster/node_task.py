"""What runs on the nodes: a task that trains one run and streams its events back."""

import importlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import ray
import torch

from fmnist_core.data import datasets
from fmnist_core.jobs.executors.ray_cluster import control_relay
from fmnist_core.training import devices
from fmnist_core.training.events import Event, Snapshot
from fmnist_core.training.loop import fit
from fmnist_core.training.recipe import Recipe


@dataclass(frozen=True)
class Placed:
    """The first thing that the task yields: it has its resources, on this node."""

    node_id: str


def train(
    recipe: Recipe, arrays: datasets.Arrays, *, relay: Any, task: str
) -> Iterator[Placed | Event]:
    """`fit`, on a node: the images come from the node's object store, which holds them once.

    What to begin with comes through the relay once the head has locked the run. Ray holds a
    generator back until the consumer has taken its last event: a consumer that pauses pauses the
    training.
    """
    use_only_assigned_resources()
    yield Placed(ray.get_runtime_context().get_node_id())
    options = control_relay.receive_options(relay, task)
    if options is None:
        return
    control_relay.follow(relay, task, options["control"])
    data = datasets.split_arrays(recipe.data, arrays, train_images=recipe.train_images)
    for event in fit(recipe, data, **options):
        yield to_cpu(event) if isinstance(event, Snapshot) else event


def use_only_assigned_resources() -> None:
    """Use as many threads, and as much of a GPU's memory, as Ray has reserved."""
    assigned = ray.get_runtime_context().get_assigned_resources()
    if num_cpus := assigned.get("CPU"):
        os.environ[devices.THREADS_VARIABLE] = str(max(1, int(num_cpus)))
    share = assigned.get("GPU", 1.0)
    if share < 1 and torch.cuda.is_available():
        torch.cuda.set_per_process_memory_fraction(share)


def to_cpu(snapshot: Snapshot) -> Snapshot:
    """The snapshot with its tensors in main memory: the head may have no GPU."""
    tensors = {name: tensor.detach().cpu() for name, tensor in snapshot.tensors.items()}
    return replace(snapshot, tensors=tensors)


def load_torch() -> None:
    """Load what the first training needs; importing this module has loaded the rest."""
    importlib.import_module("torch._dynamo")  # 3 s of work when the first optimizer is made
