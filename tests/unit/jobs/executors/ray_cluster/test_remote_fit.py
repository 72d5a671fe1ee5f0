"""Training on a node: events, control, and what happens when the node is lost."""

from types import SimpleNamespace

import pytest
import ray.exceptions

from fmnist_core.errors import DivergedError
from fmnist_core.jobs.executors.executor import RunInterruptedError
from fmnist_core.jobs.executors.ray_cluster.control_relay import ControlValues
from fmnist_core.jobs.executors.ray_cluster.remote_fit import MAX_LOSSES, RemoteFit
from fmnist_core.training.events import Snapshot, TrainingWarning
from fmnist_core.training.fit_options import FitControl

NODE_DIED = ray.exceptions.NodeDiedError("gone")
PROCESS_DIED = ray.exceptions.WorkerCrashedError()


def snapshot(step):
    return Snapshot(step=step, tensors={}, values={"epoch": step, "seconds": float(step)})


class FakePlace:
    """A task whose node sends these events, or fails with these errors."""

    def __init__(self, *events, node_id="n"):
        self.events = [*events, StopIteration()]
        self.node_id = node_id
        self.sent = []
        self.is_released = False

    def begin(self, control, options):
        self.options = options
        self.sent.append(control)

    def send(self, control):
        self.sent.append(control)

    def next_event(self, _):
        event = self.events.pop(0)
        if isinstance(event, Exception):
            raise event
        return event

    def release(self):
        self.is_released = True


class FakeCluster:
    is_lost = False
    address = "head:6379"

    def __init__(self):
        self.forgotten = []

    def forget_node(self, node_id):
        self.forgotten.append(node_id)


@pytest.fixture
def cluster():
    return FakeCluster()


def fit_in(cluster, *places, load_snapshot=lambda: None):
    waiting = list(places)
    return RemoteFit(
        cluster,
        waiting.pop(0),
        reserve=lambda: waiting.pop(0) if waiting else None,
        load_snapshot=load_snapshot,
    )


def test_events_arrive_in_order(cluster):
    place = FakePlace("started", None, "step")
    assert list(fit_in(cluster, place)(None, None)) == ["started", "step"]


def test_control_is_sent_when_it_changes(cluster):
    place, control = FakePlace(1, 2, 3), FitControl()
    for event in fit_in(cluster, place)(None, None, control=control):
        control.stop = event >= 2
    assert place.sent == [ControlValues(1.0, stop=False), ControlValues(1.0, stop=True)]


def test_error_of_the_training_is_raised(cluster):
    error = ray.exceptions.RayTaskError("train", "", DivergedError("The loss became NaN."))
    with pytest.raises(DivergedError, match="NaN"):
        list(fit_in(cluster, FakePlace(error))(None, None))


@pytest.mark.parametrize(
    ("error", "forgotten", "text"),
    [
        (NODE_DIED, ["n"], "The node that trained this run is lost"),
        (PROCESS_DIED, [], "The process that trained this run has died"),
        (ray.exceptions.OutOfMemoryError("full"), [], "ran out of memory"),
    ],
    ids=["node", "process", "memory"],
)
def test_training_continues_elsewhere_from_the_last_snapshot(cluster, error, forgotten, text):
    saved = snapshot(4)
    first, second = FakePlace("started", saved, error), FakePlace("started again")
    train = fit_in(cluster, first, second, load_snapshot=lambda: saved)
    *before, warning, after = train(None, None, initial=SimpleNamespace())
    assert before == ["started", saved]
    assert isinstance(warning, TrainingWarning)
    assert text in warning.message
    assert (warning.step, warning.seconds) == (4, 4.0)
    assert after == "started again"
    assert second.options["snapshot"] is saved
    assert second.options["initial"] is None
    assert cluster.forgotten == forgotten
    assert first.is_released


def test_without_a_snapshot_it_begins_anew_from_the_initial_weights(cluster):
    initial = SimpleNamespace()
    second = FakePlace()
    (warning,) = fit_in(cluster, FakePlace(NODE_DIED), second)(None, None, initial=initial)
    assert "from the beginning" in warning.message
    assert second.options["initial"] is initial


def test_run_whose_processes_die_again_and_again_is_interrupted(cluster):
    places = [FakePlace(PROCESS_DIED) for _ in range(MAX_LOSSES + 1)]
    with pytest.raises(RunInterruptedError, match="without a finished epoch"):
        list(fit_in(cluster, *places)(None, None))


def test_run_that_makes_progress_in_between_may_lose_many_processes(cluster):
    places = [FakePlace(snapshot(step), PROCESS_DIED) for step in range(2 * MAX_LOSSES)]
    events = list(fit_in(cluster, *places, FakePlace("end"))(None, None))
    assert events[-1] == "end"


def test_lost_cluster_interrupts_the_run(cluster):
    events = fit_in(cluster, FakePlace("started", "step"))(None, None)
    assert next(events) == "started"
    cluster.is_lost = True
    with pytest.raises(RunInterruptedError, match="head:6379 has gone away"):
        next(events)


def test_cluster_that_is_lost_while_waiting_for_a_node_interrupts_the_run(cluster):
    with pytest.raises(RunInterruptedError, match="gone away"):
        list(fit_in(cluster, FakePlace(NODE_DIED))(None, None))
