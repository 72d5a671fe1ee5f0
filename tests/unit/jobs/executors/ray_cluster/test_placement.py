"""Whether the nodes of a cluster could hold a run, and waiting for a place."""

from types import SimpleNamespace

import pytest

from fmnist_core.errors import SettingsError
from fmnist_core.jobs.executors.executor import ExecutorError
from fmnist_core.jobs.executors.ray_cluster import placement
from fmnist_core.jobs.executors.ray_cluster.cluster import Node
from fmnist_core.jobs.executors.ray_cluster.resources import Resources
from fmnist_core.training.recipe import Recipe

MLP = Recipe(model="mlp")


class FakeCluster:
    """Nodes, of which everything or nothing is free."""

    def __init__(self, *totals, free=None):
        self.nodes = {
            str(number): Node(id=str(number), name="node", total=total)
            for number, total in enumerate(totals)
        }
        self.is_lost = False
        self.free = free or self.total()

    def total(self):
        totals = [node.total for node in self.nodes.values()]
        return Resources(
            num_cpus=sum(total.num_cpus for total in totals),
            num_gpus=sum(total.num_gpus for total in totals),
        )

    def available(self):
        return self.free


CPU_CLUSTER = FakeCluster(Resources(num_cpus=1), Resources(num_cpus=1))
GPU_CLUSTER = FakeCluster(Resources(num_cpus=8), Resources(num_cpus=8, num_gpus=1))


@pytest.fixture(autouse=True)
def settings(tmp_path, monkeypatch):
    file = tmp_path / "lab.toml"
    monkeypatch.setenv("FMNIST_SETTINGS", str(file))
    return file


@pytest.mark.parametrize(
    ("cluster", "expected"),
    [(CPU_CLUSTER, Resources(num_cpus=1)), (GPU_CLUSTER, Resources(num_gpus=0.25))],
    ids=["cpu", "gpu"],
)
def test_device_follows_from_the_nodes(cluster, expected):
    assert placement.requested_resources(MLP, cluster) == expected


def test_gpu_that_no_node_has_is_refused():
    with pytest.raises(ExecutorError, match=r"has 0.25 GPUs.*Choose the device auto or cpu"):
        placement.requested_resources(MLP.changed(device="cuda"), CPU_CLUSTER)


def test_more_cores_than_any_node_has_are_refused(settings):
    settings.write_text("[executor]\ncpus_per_run = 2\n")
    with pytest.raises(ExecutorError, match=r"has 2 cores.*Lower cpus_per_run"):
        placement.requested_resources(MLP, CPU_CLUSTER)


def test_more_workers_than_the_cluster_has_are_refused():
    with pytest.raises(ExecutorError, match=r"workers is 3.*only 2 cores"):
        placement.requested_resources(MLP.changed(workers=3), CPU_CLUSTER)


def test_damaged_settings_are_said(settings):
    settings.write_text("nonsense")
    with pytest.raises(SettingsError):
        placement.requested_resources(MLP, CPU_CLUSTER)


def test_several_workers_wait_until_all_can_start():
    one, two = Resources(num_cpus=1), Resources(num_cpus=2)
    cluster = FakeCluster(one, one, free=one)
    wanted = iter([True, True, False])

    def is_wanted():
        cluster.free = two if not (answer := next(wanted)) else cluster.free
        return answer

    recipe = MLP.changed(workers=2)
    assert placement.reserve_workers(recipe, cluster, is_wanted=is_wanted) is None
    assert placement.reserve_workers(recipe, cluster, is_wanted=lambda: True) == one


class FakePlace:
    """A place that is there at the second look."""

    def __init__(self):
        self.looks = 0
        self.is_released = False

    def wait(self, _):
        self.looks += 1
        return self.looks > 1

    def release(self):
        self.is_released = True


@pytest.fixture
def places(monkeypatch):
    """The places that are asked for."""
    made = []
    monkeypatch.setattr(placement, "Place", lambda *_: made.append(FakePlace()) or made[-1])
    return made


def test_it_waits_for_a_place(places):
    assert placement.reserve(MLP, CPU_CLUSTER, is_wanted=lambda: True) is places[0]


def test_canceled_run_gives_its_request_back(places):
    wanted = iter([True, True, False, False])
    assert placement.reserve(MLP, CPU_CLUSTER, is_wanted=lambda: next(wanted)) is None
    assert [place.is_released for place in places] == [True]


def test_new_nodes_may_take_a_run_that_waits(places):
    cluster = FakeCluster(Resources(num_cpus=1))
    looks = []

    def is_wanted():
        looks.append(len(places))
        if len(looks) == 3:
            cluster.nodes["new"] = SimpleNamespace(id="new", total=Resources(num_cpus=1))
        return True

    assert placement.reserve(MLP, cluster, is_wanted=is_wanted) is places[1]
    assert places[0].is_released


@pytest.mark.usefixtures("places")
def test_lost_cluster_has_no_place():
    cluster = FakeCluster(Resources(num_cpus=1))
    cluster.is_lost = True
    assert placement.reserve(MLP, cluster, is_wanted=lambda: True) is None
