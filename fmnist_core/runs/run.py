"""A run is a folder. This module names its files and reads what state it is in."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, ValidationError

from fmnist_core import atomic
from fmnist_core.errors import LabError, RunError
from fmnist_core.runs import event_log, locks
from fmnist_core.runs.report import Report
from fmnist_core.training import events
from fmnist_core.training.recipe import Recipe

Model = TypeVar("Model", bound=BaseModel)
EPOCH_NAME = re.compile(r"epoch-(?!0000)([0-9]{4})\.safetensors")


class RunState(StrEnum):
    """Read from what lies in the folder, never stored."""

    QUEUED = "queued"
    RUNNING = "running"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    FINISHED = "finished"
    DAMAGED = "damaged"

    @property
    def resumable(self) -> bool:
        """Whether it can be queued again to go on from its last snapshot."""
        return self in (RunState.STOPPED, RunState.INTERRUPTED, RunState.FAILED)


STATE_AFTER: dict[type, RunState] = {
    type(None): RunState.QUEUED,
    events.Queued: RunState.QUEUED,
    events.Stopped: RunState.STOPPED,
    events.Failed: RunState.FAILED,
}
"""What a run is that nobody trains, by its last event; after any other it was interrupted."""


class RunMetadata(BaseModel):
    """`about.json`: what people say of a run; nothing in it changes the training."""

    model_config = ConfigDict(frozen=True)

    name: str
    by: str = ""
    """The name that its student gave."""
    created: str
    expected_seconds: float | None = None
    """What it was measured to take, for the queue's expected start."""


@dataclass(frozen=True)
class Run:
    """One run folder, by its path; every property reads the disk anew."""

    path: Path

    @property
    def id(self) -> str:
        return self.path.name

    @property
    def recipe_file(self) -> Path:
        return self.path / "recipe.json"

    @property
    def about_file(self) -> Path:
        return self.path / "about.json"

    @property
    def events_file(self) -> Path:
        return self.path / "events.jsonl"

    @property
    def weights_file(self) -> Path:
        return self.path / "model.safetensors"

    def weights_version(self, *, epoch: int | None = None) -> int:
        """When its weights, or those after `epoch`, were written, in ns: trained anew it is another
        one. Raises `RunError` where it has none.
        """
        try:
            return (self.epoch_file(epoch) if epoch else self.weights_file).stat().st_mtime_ns
        except OSError:
            which = f" of epoch {epoch}" if epoch else ""
            raise RunError(f"Run {self.id} has no weights{which} here.") from None

    @property
    def predictions_file(self) -> Path:
        return self.path / "predictions.safetensors"

    @property
    def familiarity_file(self) -> Path:
        return self.path / "familiarity.safetensors"

    @property
    def report_file(self) -> Path:
        return self.path / "report.json"

    @property
    def snapshot_file(self) -> Path:
        return self.path / "resume" / "snapshot.safetensors"

    @property
    def epochs_folder(self) -> Path:
        """Where the weights after each epoch lie; a run that keeps none has no such folder."""
        return self.path / "epochs"

    def epoch_file(self, epoch: int) -> Path:
        """Where the weights after `epoch`, from 1, lie if they were kept."""
        return self.epochs_folder / f"epoch-{epoch:04d}.safetensors"

    def kept_epochs(self) -> list[int]:
        """Epochs, from 1, whose weights were kept, ascending; empty where none were."""
        found = (EPOCH_NAME.fullmatch(path.name) for path in self.epochs_folder.glob("epoch-*"))
        return sorted(int(match[1]) for match in found if match)

    @property
    def control_file(self) -> Path:
        return self.path / "control.jsonl"

    @property
    def settings_file(self) -> Path:
        return self.path / ".settings.json"

    @property
    def log_file(self) -> Path:
        return self.path / "worker.log"

    @property
    def lock_file(self) -> Path:
        return self.path / ".lock"

    def lock(self) -> FileLock:
        """Held by the process that trains this run."""
        return FileLock(self.lock_file)

    def recipe(self) -> Recipe:
        """Raises `RunError` where it is missing or damaged."""
        return self._read(self.recipe_file, Recipe)

    def about(self) -> RunMetadata:
        """Raises `RunError` where it is damaged; a folder from elsewhere may have none."""
        if not self.about_file.exists():
            return RunMetadata(name=self.id, created="")
        return self._read(self.about_file, RunMetadata)

    def report(self) -> Report:
        """Raises `RunError` where it is missing or damaged."""
        return self._read(self.report_file, Report)

    def state(self) -> RunState:
        """What state it is in."""
        if self.problem() is not None:
            return RunState.DAMAGED
        if self.report_file.exists():
            return RunState.FINISHED
        if self.is_held():
            return RunState.RUNNING
        last = event_log.last_event(self.events_file)
        return STATE_AFTER.get(type(last), RunState.INTERRUPTED)

    def problem(self) -> str | None:
        """What is damaged about it, in a sentence, or `None`."""
        try:
            self.recipe()
            self.about()
            if self.report_file.exists():
                self.report()
        except LabError as error:
            return str(error)
        return None

    def reason(self) -> str | None:
        """Why it is not going on, in a sentence, or `None` where it is."""
        if (problem := self.problem()) is not None:
            return problem
        if self.state() not in (RunState.STOPPED, RunState.FAILED, RunState.INTERRUPTED):
            return None
        event = event_log.last_event(self.events_file)
        if isinstance(event, events.Stopped | events.Failed | events.Interrupted):
            return event.reason
        return (
            "Its process ended without saying why: it was killed, the machine was switched off, "
            "or the disk was full. Everything up to its last snapshot is kept."
        )

    def is_held(self) -> bool:
        """Whether a process is training it now."""
        return locks.is_held(self.lock_file)

    def record(self, event: events.LoggedEvent) -> None:
        """Append one event; raises `OSError`."""
        event_log.append(self.events_file, event)

    def write_about(self, about: RunMetadata) -> None:
        """Replace `about.json`; raises `OSError`."""
        atomic.write_json(self.about_file, about.model_dump())

    def _read(self, path: Path, model: type[Model]) -> Model:
        try:
            return model.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            raise RunError(f"Run {self.id} has no {path.name}.") from None
        except OSError as error:
            raise RunError(f"Run {self.id}: {path.name} cannot be read ({error}).") from error
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "its JSON"
            raise RunError(
                f"Run {self.id} is damaged: {path.name}, {where}: {first['msg']}."
            ) from error
