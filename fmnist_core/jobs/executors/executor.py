"""The interface of an executor: what starts queued runs and knows when they end.

The queue is the same for all of them: run folders, and people who take turns. The dispatcher serves
it and asks its executor to start one run after another. Everything else follows from the run
folder, so pages and commands need not know where a run trains.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

from fmnist_core.errors import RunError
from fmnist_core.runs.run import Run
from fmnist_core.training.recipe import Recipe

SAVED = "Everything up to the last snapshot is saved; training can continue from there."
"""What users are told when what trained a run is gone."""


class ExecutorError(RunError):
    """The executor is not installed, does not answer, or cannot train such a run."""


class RunInterruptedError(ExecutorError):
    """What trained a run has gone away; the run can be resumed."""


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """What runs can train on."""

    num_slots: int
    """How many runs train at once."""
    num_gpus: int = 0


class Worker(Protocol):
    """A run that the dispatcher has started."""

    def has_ended(self) -> bool:
        """Whether it neither trains nor will."""

    def failure(self) -> str:
        """Why it died, if the run's log cannot say so itself; empty if it ended as it should."""


class Executor(ABC):
    """Where queued runs train.

    Pages and commands call only the first two methods, which therefore load nothing heavy and wait
    for nobody. The dispatcher's process calls the others, inside `connect`.
    """

    idle_seconds: ClassVar[float] = 0.0
    """How long the dispatcher waits for another run before it exits, if connecting takes long."""

    @abstractmethod
    def capacity(self, folder: Path) -> Capacity:
        """What the runs of this folder can train on, as far as it is known."""

    def check(self, recipe: Recipe) -> None:
        """Raise `ExecutorError`, before it is queued, if a run of this recipe could never train."""
        del recipe

    @contextmanager
    def connect(self, folder: Path) -> Iterator[None]:
        """Be ready to start runs of this folder; raises `ExecutorError` if nothing answers."""
        del folder
        yield

    @abstractmethod
    def is_full(self, folder: Path) -> bool:
        """Whether no further run can start now; a paused run then makes room for one that waits."""

    @abstractmethod
    def start(self, run: Run) -> Worker | None:
        """Start a run, or return `None` if it must wait.

        Raises `OSError` or `ExecutorError` if it may succeed later.
        """
