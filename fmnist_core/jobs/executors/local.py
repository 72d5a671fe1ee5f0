"""Train on this machine: a process for each run, in one of its slots."""

import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from fmnist_core.jobs import slots
from fmnist_core.jobs.executors.executor import SAVED, Capacity, Executor
from fmnist_core.jobs.executors.several_workers import (
    check_workers,
    num_own_cores,
    num_own_gpus,
    uses_gpus,
)
from fmnist_core.jobs.launch import start_module
from fmnist_core.runs import environment, locks
from fmnist_core.runs.run import Run
from fmnist_core.training.recipe import Recipe


@dataclass(frozen=True)
class LocalWorker:
    """A process that trains a run."""

    process: subprocess.Popen[bytes]

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def failure(self) -> str:
        return describe_exit(self.process.returncode) if self.process.returncode else ""


@dataclass(frozen=True)
class LocalExecutor(Executor):
    """One run at a time on each GPU, or on the processor if there is none.

    A run with several workers waits for as many GPUs.
    """

    _workers: dict[str, LocalWorker] = field(default_factory=dict)
    """By slot: those started here, which lock their slot only once torch is loaded."""

    def capacity(self, folder: Path) -> Capacity:
        del folder
        return Capacity(num_slots=len(slots.slot_names()), num_gpus=num_own_gpus())

    def is_full(self, folder: Path) -> bool:
        return not self.free_slots(folder)

    def free_slots(self, folder: Path) -> list[str]:
        """Slots used neither by workers started here nor by those of an earlier dispatcher."""
        return [
            slot
            for slot in slots.slot_names()
            if (slot not in self._workers or self._workers[slot].has_ended())
            and not locks.is_locked(slots.slot_lock(folder, slot))
        ]

    def check(self, recipe: Recipe) -> None:
        check_workers(
            recipe, num_gpus=num_own_gpus(), num_cores=num_own_cores(), where="This machine"
        )

    def start(self, run: Run) -> LocalWorker | None:
        recipe = run.recipe()
        num_slots = recipe.workers if uses_gpus(recipe, num_gpus=num_own_gpus()) else 1
        taken = self.free_slots(run.path.parent)[:num_slots]
        if len(taken) < num_slots:
            return None
        worker = LocalWorker(start_process(run, ",".join(taken)))
        self._workers.update(dict.fromkeys(taken, worker))
        return worker


def start_process(run: Run, slot: str) -> subprocess.Popen[bytes]:
    """Train `run` in a process of its own; its output goes to a log in the run folder.

    `slot` names several, with commas, if the run has several workers.
    """
    return start_module(
        "fmnist_core.jobs.worker",
        str(run.path),
        slot,
        log=run.log_file,
        environment=environment.load(run) | {"CUDA_VISIBLE_DEVICES": "" if slot == "cpu" else slot},
    )


def describe_exit(returncode: int) -> str:
    """Explain a worker's exit status, and that the run can be resumed."""
    if returncode == -getattr(signal, "SIGKILL", 9):
        cause = "The training process was killed, perhaps because memory ran out"
    elif returncode < 0:
        cause = f"The training process was ended by {signal.Signals(-returncode).name}"
    else:
        cause = f"The training process ended with status {returncode}"
    return f"{cause}. {SAVED}"
