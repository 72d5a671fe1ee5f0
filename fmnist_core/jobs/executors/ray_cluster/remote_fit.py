"""`fit` on a node of the cluster, with the same arguments and the same events as `fit` itself.

When the node or its process dies, training continues on another node from the run's last snapshot,
which the recorder has saved on this machine.
"""

from collections.abc import Callable, Iterator
from typing import Any

import ray

from fmnist_core.data.datasets import Dataset
from fmnist_core.jobs.executors.executor import SAVED, RunInterruptedError
from fmnist_core.jobs.executors.ray_cluster.cluster import Cluster
from fmnist_core.jobs.executors.ray_cluster.control_relay import ControlValues
from fmnist_core.jobs.executors.ray_cluster.placement import Place
from fmnist_core.training.events import Event, Snapshot, TrainingWarning
from fmnist_core.training.fit_options import FitControl, InitialWeights, Teacher
from fmnist_core.training.recipe import Recipe

POLL_SECONDS = 0.5
"""How often a run looks whether the cluster is still there while it waits for an event."""
MAX_LOSSES = 3
"""Without a new snapshot in between; a run whose processes die each time has a reason to."""
FROM_THE_BEGINNING = "from the beginning"


class NodeLostError(Exception):
    """The node that trained a run has died, or cannot be reached."""


class ProcessLostError(NodeLostError):
    """Only the process that trained a run has died."""


class RemoteFit:
    """A function like `fit` that trains one run on the cluster."""

    def __init__(
        self,
        cluster: Cluster,
        place: Place,
        *,
        reserve: Callable[[], Place | None],
        load_snapshot: Callable[[], Snapshot | None],
    ) -> None:
        """Train in `place` first, and in another that `reserve` finds if it is lost."""
        self._cluster = cluster
        self._place: Place | None = place
        self._reserve = reserve
        self._load_snapshot = load_snapshot

    def __call__(
        self,
        recipe: Recipe,
        data: Dataset,
        *,
        initial: InitialWeights | None = None,
        teacher: Teacher | None = None,
        snapshot: Snapshot | None = None,
        control: FitControl | None = None,
    ) -> Iterator[Event]:
        """Yield the events of `fit`; raises what it raises, and `RunInterruptedError`."""
        del recipe, data  # the task in its place has them already
        control = control or FitControl()
        num_losses = 0
        while True:
            options = {"initial": initial, "teacher": teacher, "snapshot": snapshot}
            try:
                for event in self._stream(control, options):
                    yield event
                    if isinstance(event, Snapshot):
                        num_losses = 0
                return
            except NodeLostError as error:
                num_losses += 1
                if num_losses > MAX_LOSSES:
                    raise RunInterruptedError(
                        f"{error} This has happened {num_losses} times without a finished epoch in "
                        f"between. {SAVED}"
                    ) from error
                snapshot = self._load_snapshot()
                if snapshot is not None:
                    initial = None
                yield _loss_warning(error, snapshot)
                self._move(is_node_lost=not isinstance(error, ProcessLostError))

    def _move(self, *, is_node_lost: bool) -> None:
        """Wait for another place."""
        if self._place is not None and is_node_lost:
            self._cluster.forget_node(self._place.node_id)
        self.release()
        self._place = self._reserve()
        if self._place is None:
            raise self._interrupted()

    def release(self) -> None:
        """Give the place back, if there is one."""
        place, self._place = self._place, None
        if place is not None:
            place.release()

    def _stream(self, control: FitControl, options: dict[str, Any]) -> Iterator[Event]:
        """The events of one attempt; raises `NodeLostError`, and the errors of `fit`."""
        assert self._place is not None
        sent = ControlValues.of(control)
        self._place.begin(sent, options | {"control": control})
        while True:
            if self._cluster.is_lost:
                raise self._interrupted()
            if sent != (values := ControlValues.of(control)):
                self._place.send(values)
                sent = values
            try:
                event = self._place.next_event(POLL_SECONDS)
            except StopIteration:
                return
            except ray.exceptions.RayTaskError as error:
                raise error.cause from error  # what `fit` itself has raised
            except ray.exceptions.RayError as error:
                raise explain_loss(error) from error
            if event is not None:
                yield event

    def _interrupted(self) -> RunInterruptedError:
        return RunInterruptedError(
            f"The Ray cluster at {self._cluster.address} has gone away. {SAVED}"
        )


def explain_loss(error: Exception) -> NodeLostError:
    """What has happened to the process that trained."""
    match error:
        case ray.exceptions.OutOfMemoryError():
            return ProcessLostError("The node ran out of memory, and Ray ended this run's process.")
        case ray.exceptions.WorkerCrashedError():
            return ProcessLostError("The process that trained this run has died.")
    return NodeLostError("The node that trained this run is lost.")


def _loss_warning(error: Exception, snapshot: Snapshot | None) -> TrainingWarning:
    """Say where training goes on: the events after the snapshot are repeated."""
    start = f"from the end of epoch {snapshot.values['epoch']}" if snapshot else FROM_THE_BEGINNING
    return TrainingWarning.at_snapshot(
        snapshot, f"{error} Training continues {start} as soon as a node is free."
    )
