"""Reserve a place for a run on a node that can train it: Ray decides on which, and when."""

import time
import uuid
from collections.abc import Callable
from typing import Any, cast

import ray

from fmnist_core.jobs.executors.executor import ExecutorError
from fmnist_core.jobs.executors.ray_cluster import node_task
from fmnist_core.jobs.executors.ray_cluster.cluster import Cluster
from fmnist_core.jobs.executors.ray_cluster.control_relay import ControlValues
from fmnist_core.jobs.executors.ray_cluster.resources import Resources, resources_for
from fmnist_core.settings import get_settings
from fmnist_core.training.events import Event
from fmnist_core.training.recipe import Recipe

WAIT_SECONDS = 0.5
NODE_LABEL = "ray.io/node-id"


class Place:
    """A task that has its resources on a node, and waits for what to train."""

    def __init__(self, cluster: Cluster, recipe: Recipe, resources: Resources) -> None:
        """Ask Ray for a place on one of the nodes that can train; see `wait`."""
        self._cluster = cluster
        self._task = uuid.uuid4().hex
        self._has_ended = False
        self.node_id = ""
        """Ray's id of the node, once there is one."""
        train = cast(Any, ray.remote)(node_task.train).options(
            num_cpus=resources.num_cpus,
            num_gpus=resources.num_gpus,
            label_selector={NODE_LABEL: f"in({','.join(cluster.nodes)})"},
            num_returns="streaming",
            max_retries=0,  # Ray would start again from the first event
            _generator_backpressure_num_objects=1,
        )
        self._stream = train.remote(
            recipe, cluster.arrays(recipe.data), relay=cluster.relay, task=self._task
        )

    def wait(self, seconds: float) -> bool:
        """Whether there is a place within this time; raises `RayError` if its node has died."""
        if not self._cluster.is_ready(self._stream, seconds):
            return False
        self.node_id = ray.get(next(self._stream)).node_id
        return True

    def begin(self, control: ControlValues, options: dict[str, Any]) -> None:
        """Train with these arguments of `fit`."""
        self._cluster.relay.begin.remote(self._task, [ray.put(options)], control)

    def send(self, control: ControlValues) -> None:
        """Change the control of the training."""
        self._cluster.relay.send.remote(self._task, control)

    def next_event(self, seconds: float) -> Event | None:
        """The next event, or `None` if it takes longer than this.

        Raises `StopIteration` at the end, what `fit` raises, and `RayError` if its process has
        died.
        """
        if not self._cluster.is_ready(self._stream, seconds):
            return None
        try:
            event: Event = ray.get(next(self._stream))
        except StopIteration:
            self._has_ended = True
            raise
        return event

    def release(self) -> None:
        """Give the resources back; what still trains there is ended."""
        if self._cluster.is_lost:
            return
        self._cluster.relay.close.remote(self._task)
        if not self._has_ended:
            ray.cancel(self._stream, force=True)


def reserve(recipe: Recipe, cluster: Cluster, *, is_wanted: Callable[[], bool]) -> Place | None:
    """Wait for a place, or until none is wanted: then, or if the cluster is lost, return `None`.

    Raises `ExecutorError` if no node could ever train the recipe.
    """
    while is_wanted() and not cluster.is_lost:
        nodes = dict(cluster.nodes)
        if not nodes:
            time.sleep(WAIT_SECONDS)
            continue
        place = Place(cluster, recipe, requested_resources(recipe, cluster))
        # With other nodes there is another choice.
        while is_wanted() and not cluster.is_lost and nodes == cluster.nodes:
            try:
                if place.wait(WAIT_SECONDS):
                    return place
            except (ray.exceptions.WorkerCrashedError, ray.exceptions.NodeDiedError):
                break
        place.release()
    return None


def reserve_workers(
    recipe: Recipe, cluster: Cluster, *, is_wanted: Callable[[], bool]
) -> Resources | None:
    """Wait until a run with several workers can start; return what each of them reserves itself.

    `None` as in `reserve`, and the same errors.
    """
    while is_wanted() and not cluster.is_lost:
        if cluster.nodes:
            resources = requested_resources(recipe, cluster)
            if cluster.available().holds(resources, times=recipe.workers):
                return resources
        time.sleep(WAIT_SECONDS)
    return None


def requested_resources(recipe: Recipe, cluster: Cluster) -> Resources:
    """What each worker reserves; raises `ExecutorError` if the cluster could never hold them."""
    resources = resources_for(
        recipe,
        has_gpus=cluster.total().num_gpus > 0,
        cpus_per_run=get_settings().executor.cpus_per_run,
    )
    if not any(node.total.holds(resources) for node in list(cluster.nodes.values())):
        raise ExecutorError(
            f"No node of the Ray cluster has {resources}, which this run needs. "
            + (
                "Choose the device auto or cpu."
                if resources.num_gpus
                else "Lower cpus_per_run in the settings file, or start a larger node."
            )
        )
    if not cluster.total().holds(resources, times=recipe.workers):
        raise ExecutorError(
            f"workers is {recipe.workers}, and each needs {resources}, but the Ray cluster has "
            f"only {cluster.total()}; choose fewer workers.",
            field="workers",
            value=recipe.workers,
        )
    return resources
