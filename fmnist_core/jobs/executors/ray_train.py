"""`fit` with several workers: Ray Train starts a process on each device, and each runs `fit`.

The events of the first worker go through an actor to whoever records the run, one by one: while the
recorder handles an event or pauses, all workers wait. Ray must have been initialized.
"""

import asyncio
import math
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

import ray
from ray.train import RunConfig, ScalingConfig
from ray.train.torch import TorchConfig, TorchTrainer

from fmnist_core.data.datasets import Dataset
from fmnist_core.errors import LabError
from fmnist_core.jobs.executors.executor import SAVED, RunInterruptedError
from fmnist_core.jobs.executors.ray_cluster.control_relay import ControlValues
from fmnist_core.jobs.executors.ray_cluster.node_task import to_cpu, use_only_assigned_resources
from fmnist_core.jobs.executors.ray_cluster.remote_fit import FROM_THE_BEGINNING, MAX_LOSSES
from fmnist_core.jobs.executors.ray_cluster.resources import Resources
from fmnist_core.training import memory
from fmnist_core.training.events import Event, Snapshot, TrainingWarning
from fmnist_core.training.fit_options import FitControl, InitialWeights, Teacher
from fmnist_core.training.loop import fit
from fmnist_core.training.recipe import Recipe

POLL_SECONDS = 0.5
START_SECONDS = 600.0
"""For workers to start, before the run gives up its turn: there may be no room for them."""
END_SECONDS = 30.0
PAUSE_SECONDS = 1800
"""For so long, the other workers wait for the first one, whose run may be paused."""
ENVIRONMENT = {
    "RAY_TRAIN_ENABLE_PREEMPTION_WATCHER": "0",
    "RAY_TRAIN_HEALTH_CHECK_INTERVAL_S": "1",
    "RAY_TRAIN_METRICS_ENABLED": "0",
}
"""For Ray Train, which starts fewer processes and finds lost ones sooner."""


class WorkersLostError(Exception):
    """A worker or its node has died."""


class EventChannel:
    """An asynchronous actor between the first worker and the recorder."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[list[Any]] = asyncio.Queue(maxsize=1)
        self._controls: asyncio.Queue[ControlValues] = asyncio.Queue()
        self._has_taken = False

    async def put(self, event: list[Any]) -> ControlValues:
        """Hand over an event, and return once the recorder has handled it.

        The list holds a reference, so that a large snapshot does not travel through this actor.
        """
        await self._events.put(event)
        return await self._controls.get()

    async def take(self, control: ControlValues) -> list[Any]:
        """Say that the last event is handled, and wait for the next one."""
        if self._has_taken:
            await self._controls.put(control)
        self._has_taken = True
        return await self._events.get()


class WorkersFit:
    """A function like `fit` that trains one run with several workers."""

    def __init__(
        self, resources: Resources, *, is_lost: Callable[[], bool] = lambda: False
    ) -> None:
        """Each worker reserves `resources`; `is_lost` says whether the cluster has gone away."""
        self._resources = resources
        self._is_lost = is_lost

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
        """Yield the events of `fit`; raises what it raises, and `RunInterruptedError`.

        If a worker dies, all continue from the last snapshot.
        """
        control = control or FitControl()
        options = ray.put({"recipe": recipe, "data": data, "teacher": teacher})
        num_losses = 0
        while True:
            start = ray.put({"initial": initial, "snapshot": snapshot})
            try:
                for event in self._stream(recipe.workers, options, start, control):
                    yield event
                    if isinstance(event, Snapshot):
                        num_losses, snapshot, initial = 0, event, None
                return
            except WorkersLostError as error:
                num_losses += 1
                if num_losses > MAX_LOSSES or self._is_lost():
                    raise RunInterruptedError(f"{error} {SAVED}") from error
                yield loss_warning(error, snapshot)

    def _stream(
        self, num_workers: int, options: Any, start: Any, control: FitControl
    ) -> Iterator[Event]:
        """The events of one attempt; raises `WorkersLostError`, and the errors of `fit`."""
        channel: Any = ray.remote(EventChannel).options(num_cpus=0).remote()
        training = (
            ray.remote(train_together)
            .options(num_cpus=0, max_retries=0)  # in a process that has loaded torch, if any has
            .remote(num_workers, self._resources, [options, start], channel, control)
        )
        deadline = time.monotonic() + START_SECONDS
        try:
            while (event := self._next_event(channel, training, control, deadline)) is not None:
                if isinstance(event, Exception):
                    raise event
                yield event
                deadline = math.inf
        finally:
            if not self._is_lost():
                end_training(training)
                ray.kill(channel)

    def _next_event(self, channel: Any, training: Any, control: FitControl, deadline: float) -> Any:
        """The next event, or an error that it cannot come; `None` at the end."""
        taken = channel.take.remote(ControlValues.of(control))
        ready: list[Any] = []
        try:
            while not ready:
                if self._is_lost():
                    raise WorkersLostError("The Ray cluster has gone away.")
                if time.monotonic() > deadline:
                    raise RunInterruptedError(
                        "There is no room for all workers of this run, perhaps because a node is "
                        f"lost. {SAVED}"
                    )
                ready, _ = ray.wait([taken, training], timeout=POLL_SECONDS)
            if taken in ready:
                return ray.get(ray.get(taken)[0])
            return ray.get(training)
        except ray.exceptions.RayError as error:
            raise WorkersLostError("One of the workers that trained this run has died.") from error


def end_training(training: Any) -> None:
    """Let Ray Train end its workers, if they have not ended, and give back what they reserved.

    Of a process that is killed, the workers' reservation stays (Ray 2.60 without its dashboard).
    """
    ray.cancel(training)
    ready, _ = ray.wait([training], timeout=END_SECONDS)
    if not ready:
        ray.cancel(training, force=True)


def train_together(
    num_workers: int, resources: Resources, references: list[Any], channel: Any, control: FitControl
) -> None:
    """In a process of Ray: train with several workers to the end."""
    os.environ |= ENVIRONMENT
    backend = "cpu:gloo,cuda:nccl" if resources.num_gpus else "gloo"
    with tempfile.TemporaryDirectory() as folder:  # Ray Train insists on one; it stays empty
        TorchTrainer(
            train_share,
            train_loop_config={"references": references, "channel": channel, "control": control},
            torch_config=TorchConfig(backend=backend, timeout_s=PAUSE_SECONDS),
            scaling_config=ScalingConfig(
                num_workers=num_workers,
                use_gpu=resources.num_gpus > 0,
                resources_per_worker=resources.bundle,
            ),
            run_config=RunConfig(storage_path=folder),
        ).fit()


def train_share(config: dict[str, Any]) -> None:
    """In each worker: `fit`, which finds the others; the first one hands its events over.

    What goes wrong in any of them is handed over, too, if it says what to do. The rest follows from
    another worker's death.
    """
    use_only_assigned_resources()
    options, start = ray.get(config["references"])
    channel, control = config["channel"], config["control"]
    is_first = ray.train.get_context().get_world_rank() == 0
    try:
        for event in fit(control=control, **options, **start):
            if is_first:
                portable = to_cpu(event) if isinstance(event, Snapshot) else event
                values = ray.get(channel.put.remote([ray.put(portable)]))
                control.learning_rate_factor, control.stop = values
    except Exception as error:
        if isinstance(error, LabError) or memory.is_out_of_memory(error):
            ray.get(channel.put.remote([ray.put(error)]))
        raise


def loss_warning(error: Exception, snapshot: Snapshot | None) -> TrainingWarning:
    """Say where training goes on: the events after the snapshot are repeated."""
    start = f"from step {snapshot.step}" if snapshot else FROM_THE_BEGINNING
    return TrainingWarning.at_snapshot(snapshot, f"{error} All of them continue {start}.")
