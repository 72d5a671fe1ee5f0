"""A thread of the dispatcher for each run: wait for a place, and record what happens there."""

import threading
import traceback
from collections.abc import Iterator
from typing import Any

from filelock import Timeout

from fmnist_core.errors import LabError
from fmnist_core.jobs import worker
from fmnist_core.jobs.executors.ray_cluster import placement
from fmnist_core.jobs.executors.ray_cluster.cluster import Cluster
from fmnist_core.jobs.executors.ray_cluster.remote_fit import RemoteFit
from fmnist_core.jobs.executors.ray_train import WorkersFit
from fmnist_core.runs import weights
from fmnist_core.runs.run import Run
from fmnist_core.training.events import Event


class RunThread:
    """A run that was started: it waits for a place, trains, or has ended."""

    def __init__(self, run: Run, cluster: Cluster) -> None:
        self._run = run
        self._cluster = cluster
        self._failure = ""
        self._has_place = threading.Event()
        # A daemon: a run that is paused must not keep the process alive without a cluster.
        self._thread = threading.Thread(target=self._train, name=run.id, daemon=True)
        self._thread.start()

    def has_ended(self) -> bool:
        return not self._thread.is_alive()

    def failure(self) -> str:
        return self._failure

    @property
    def is_waiting(self) -> bool:
        """Whether it still waits for a place."""
        return not self._has_place.is_set() and self._thread.is_alive()

    def join(self, timeout: float) -> None:
        self._thread.join(timeout)

    def _train(self) -> None:
        try:
            self._wait_and_train()
        except LabError as error:
            self._fail(error)
        except Timeout:
            self._failure = "Another process trains this run."
        except Exception as error:  # a mistake of this program; the log has its traceback
            traceback.print_exc()
            self._failure = f"Training could not be started: {type(error).__name__}: {error}"

    def _wait_and_train(self) -> None:
        run, cluster = self._run, self._cluster
        recipe = run.recipe()
        if recipe.workers > 1:
            resources = placement.reserve_workers(recipe, cluster, is_wanted=self._is_queued)
            if resources is not None:
                self._has_place.set()
                worker.take_turn(run, fit=WorkersFit(resources, is_lost=lambda: cluster.is_lost))
            return
        place = placement.reserve(recipe, cluster, is_wanted=self._is_queued)
        if place is not None:
            self._has_place.set()
            remote_fit = RemoteFit(
                cluster,
                place,
                reserve=lambda: placement.reserve(recipe, cluster, is_wanted=lambda: True),
                load_snapshot=lambda: weights.load_snapshot(run),
            )
            try:
                worker.take_turn(run, fit=remote_fit)
            finally:
                remote_fit.release()

    def _is_queued(self) -> bool:
        """Whether the run still waits: a user may cancel it."""
        return worker.is_waiting(self._run)

    def _fail(self, error: LabError) -> None:
        """Record that no node can train this run, as for an error in training."""

        def refuse(*_: Any, **__: Any) -> Iterator[Event]:
            raise error

        worker.take_turn(self._run, fit=refuse)
