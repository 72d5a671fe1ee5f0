"""Reserve a place for a run on a node that can train it: Ray decides on which, and when."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import ray
from ray.util.placement_group import (
    PlacementGroup,
    placement_group,
    placement_group_table,
    remove_placement_group,
)
from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

from fmnist_core.jobs.executors.executor import ExecutorError
from fmnist_core.jobs.executors.ray_cluster.cluster import Cluster
from fmnist_core.jobs.executors.ray_cluster.resources import Resources, resources_for
from fmnist_core.settings import get_settings
from fmnist_core.training.recipe import Recipe

WAIT_SECONDS = 0.5
NODE_LABEL = "ray.io/node-id"


class Place:
    """Resources that are reserved on one node until they are released."""

    def __init__(self, group: PlacementGroup, resources: Resources) -> None:
        self._group = group
        self._resources = resources

    @property
    def options(self) -> dict[str, Any]:
        """Options of the task that trains here."""
        return {
            "num_cpus": self._resources.num_cpus,
            "num_gpus": self._resources.num_gpus,
            "scheduling_strategy": PlacementGroupSchedulingStrategy(self._group),
        }

    @property
    def node_id(self) -> str:
        """Ray's id of the node."""
        nodes: dict[int, str] = placement_group_table(self._group)["bundles_to_node_id"]
        return nodes.get(0, "")

    def release(self) -> None:
        with suppress(ray.exceptions.RayError):  # with the cluster, it is gone anyway
            remove_placement_group(self._group)


def reserve(recipe: Recipe, cluster: Cluster, *, is_wanted: Callable[[], bool]) -> Place | None:
    """Wait for a place, or until none is wanted: then, or if the cluster is lost, return `None`.

    Raises `ExecutorError` if no node could ever train the recipe.
    """
    while is_wanted() and not cluster.is_lost:
        nodes = dict(cluster.nodes)
        if not nodes:
            time.sleep(WAIT_SECONDS)
            continue
        resources = requested_resources(recipe, cluster)
        group = placement_group(
            [resources.bundle], bundle_label_selector=[{NODE_LABEL: f"in({','.join(nodes)})"}]
        )
        # With other nodes there is another choice.
        while is_wanted() and not cluster.is_lost and nodes == cluster.nodes:
            if group.wait(WAIT_SECONDS):
                return Place(group, resources)
        Place(group, resources).release()
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
