"""What the dispatcher knows about its executor, in a file beside the runs, for pages and commands.

They ask no cluster themselves, so that a page never waits for one that does not answer.
"""

from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fmnist_core import atomic
from fmnist_core.jobs.executors.executor import Capacity


class ExecutorStatus(BaseModel):
    """What was last known; the defaults while nothing is."""

    model_config = ConfigDict(frozen=True)

    problem: str = ""
    """Why waiting runs cannot start, in one sentence, and the way on; empty if they can."""
    num_slots: int = Field(default=1, ge=1)
    num_gpus: int = Field(default=0, ge=0)

    @property
    def capacity(self) -> Capacity:
        return Capacity(num_slots=self.num_slots, num_gpus=self.num_gpus)


def read(folder: Path) -> ExecutorStatus:
    """The last status; the defaults if there is none or it is damaged."""
    try:
        return ExecutorStatus.model_validate_json(_file(folder).read_bytes())
    except (OSError, ValidationError):
        return ExecutorStatus()


def report_problem(folder: Path, sentence: str) -> None:
    """Say why waiting runs cannot start."""
    _write(folder, read(folder).model_copy(update={"problem": sentence}))


def clear_problem(folder: Path) -> None:
    """Waiting runs can start."""
    if read(folder).problem:
        report_problem(folder, "")


def report_capacity(folder: Path, capacity: Capacity) -> None:
    """Say what runs can train on."""
    known = read(folder)
    if known.capacity != capacity:
        changes = {"num_slots": capacity.num_slots, "num_gpus": capacity.num_gpus}
        _write(folder, known.model_copy(update=changes))


def _write(folder: Path, status: ExecutorStatus) -> None:
    with suppress(OSError):  # as on a full disk; training goes on
        atomic.write_json(_file(folder), status.model_dump())


def _file(folder: Path) -> Path:
    return folder / ".executor.json"
