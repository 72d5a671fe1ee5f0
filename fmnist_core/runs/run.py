"""A run is a folder: its files, its state, and the events in its log."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, Field

from fmnist_core import atomic, server_log
from fmnist_core.errors import LabError, RunError
from fmnist_core.runs import event_log, leases, locks
from fmnist_core.runs.json_files import read_model
from fmnist_core.runs.report import Report
from fmnist_core.server_log import LogEvent
from fmnist_core.training import events
from fmnist_core.training.recipe import Recipe

EPOCH_FILE_NAME = re.compile(r"epoch-(?!0000)([0-9]{4})\.safetensors")


class RunState(StrEnum):
    """The state of a run, derived from the files in its folder and never stored."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    """Paused, and its process has ended so that others can train; a shorter pause is `RUNNING`."""
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    FINISHED = "finished"
    DAMAGED = "damaged"

    @property
    def is_resumable(self) -> bool:
        """Whether the run can be queued again to continue from its last snapshot."""
        return self in (
            RunState.PAUSED, RunState.STOPPED, RunState.INTERRUPTED, RunState.FAILED,
        )  # fmt: skip


def state_after(last: events.LoggedEvent | None) -> RunState:
    """State of a run that no process trains, by its last event."""
    match last:
        case None | events.Queued():
            return RunState.QUEUED
        case events.Stopped():
            return RunState.PAUSED if last.is_pause else RunState.STOPPED
        case events.Failed():
            return RunState.FAILED
    return RunState.INTERRUPTED


class RunMetadata(BaseModel):
    """`about.json`: name, author and time of a run; nothing here affects training."""

    model_config = ConfigDict(frozen=True)

    name: str
    by: str = ""
    """The student who started the run."""
    owner: str = ""
    """Pseudonymous id of the browser that started it; empty for the command line."""
    created: str
    """UTC, ISO 8601."""
    imported: str = ""
    """When it was imported from a file, UTC, ISO 8601; empty for a run of this machine."""
    expected_seconds: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """Estimated duration, from which the queue predicts start times."""
    search: str = ""
    """Id of the search whose trial it is; empty if somebody started it."""
    pinned: bool = False
    """Whether it is kept when the oldest runs are deleted to free space."""


@dataclass(frozen=True)
class Run:
    """One run folder, by its path; every property and method reads the disk again."""

    path: Path

    @property
    def id(self) -> str:
        return self.path.name

    @property
    def recipe_file(self) -> Path:
        return self.path / "recipe.json"

    @property
    def metadata_file(self) -> Path:
        return self.path / "about.json"

    @property
    def events_file(self) -> Path:
        return self.path / "events.jsonl"

    @property
    def weights_file(self) -> Path:
        return self.path / "model.safetensors"

    def weights_version(self, *, epoch: int | None = None) -> int:
        """Modification time in ns of the final weights, or of those after `epoch`.

        A cache key: training again changes it. Raises `RunError` if the file does not exist.
        """
        try:
            return (self.epoch_file(epoch) if epoch else self.weights_file).stat().st_mtime_ns
        except OSError:
            which = f" for epoch {epoch}" if epoch else ""
            raise RunError(f"Run {self.id} has no weights{which}.") from None

    @property
    def predictions_file(self) -> Path:
        return self.path / "predictions.safetensors"

    @property
    def ood_detector_file(self) -> Path:
        return self.path / "familiarity.safetensors"

    @property
    def report_file(self) -> Path:
        return self.path / "report.json"

    @property
    def snapshot_file(self) -> Path:
        return self.path / "resume" / "snapshot.safetensors"

    @property
    def epochs_folder(self) -> Path:
        """Folder of the weights after each epoch; exists only if the run saves them."""
        return self.path / "epochs"

    def epoch_file(self, epoch: int) -> Path:
        """Path of the weights after `epoch`, counted from 1, whether or not they exist."""
        return self.epochs_folder / f"epoch-{epoch:04d}.safetensors"

    def saved_epochs(self) -> list[int]:
        """Epochs, counted from 1, whose weights are saved, in ascending order."""
        matches = (EPOCH_FILE_NAME.fullmatch(path.name) for path in self.epochs_folder.glob("*"))
        return sorted(int(match[1]) for match in matches if match)

    @property
    def control_file(self) -> Path:
        return self.path / "control.jsonl"

    @property
    def environment_file(self) -> Path:
        return self.path / ".settings.json"

    @property
    def log_file(self) -> Path:
        return self.path / "worker.log"

    @property
    def lock_file(self) -> Path:
        return self.path / ".lock"

    @property
    def lease_file(self) -> Path:
        return self.path / ".lease.json"

    def lock(self) -> FileLock:
        """The lock that the process training this run holds."""
        return FileLock(self.lock_file)

    @property
    def _subject(self) -> str:
        """How sentences about its files begin."""
        return f"Run {self.id}"

    def recipe(self) -> Recipe:
        """Read the recipe; raises `RunError` if it is missing or damaged."""
        return read_model(self.recipe_file, Recipe, subject=self._subject)

    def metadata(self) -> RunMetadata:
        """Read the metadata, with defaults for a folder without any.

        Raises `RunError` if they are damaged.
        """
        if not self.metadata_file.exists():
            return RunMetadata(name=self.id, created="")
        return read_model(self.metadata_file, RunMetadata, subject=self._subject)

    def report(self) -> Report:
        """Read the report; raises `RunError` if it is missing or damaged."""
        return read_model(self.report_file, Report, subject=self._subject)

    def state(self) -> RunState:
        """Derive the state from the files, the lock or lease, and the last event."""
        if self.damage() is not None:
            return RunState.DAMAGED
        if self.report_file.exists():
            return RunState.FINISHED
        if locks.is_locked(self.lock_file) or leases.is_active(self.lease_file):
            return RunState.RUNNING
        if self.report_file.exists():  # it finished after the first look
            return RunState.FINISHED
        last = event_log.last_event(self.events_file)
        if last is None and self.snapshot_file.exists():  # nobody has queued it: its log is lost
            return RunState.INTERRUPTED
        return state_after(last)

    def damage(self) -> str | None:
        """Describe which of its files is damaged, or return `None`."""
        try:
            self.recipe()
            self.metadata()
            if self.report_file.exists():
                self.report()
        except LabError as error:
            return str(error)
        if self.events_file.is_dir():
            return f"Run {self.id} is damaged: {self.events_file.name} is a folder."
        return None

    def reason(self) -> str | None:
        """Explain why the run is damaged, did not finish or lacks curves, or return `None`."""
        if (damage := self.damage()) is not None:
            return damage
        state = self.state()
        if state is RunState.FINISHED:
            return event_log.describe_damage(self.events_file)
        if not state.is_resumable:
            return None
        event = event_log.last_event(self.events_file)
        if isinstance(event, events.Stopped | events.Failed | events.Interrupted):
            return event.reason
        return (
            "The training process ended without an error message: it was killed, the machine was "
            "switched off, or the disk was full. Everything up to the last snapshot is saved."
        )

    def append_event(self, event: events.LoggedEvent) -> None:
        """Append to the event log, and to the log of the lab if others want to know.

        Raises `OSError`.
        """
        event_log.append_event(self.events_file, event)
        self._log(event)

    def _log(self, event: events.LoggedEvent) -> None:
        error = place = ""
        match event:
            case events.Queued():
                logged = LogEvent.RUN_QUEUED
            case events.Started():
                logged = LogEvent.RUN_STARTED
            case events.Stopped():
                logged = LogEvent.RUN_PAUSED if event.is_pause else LogEvent.RUN_STOPPED
            case events.Interrupted():
                logged = LogEvent.RUN_INTERRUPTED
            case events.Finished():
                logged = LogEvent.RUN_FINISHED
            case events.Failed():
                logged = LogEvent.RUN_FAILED
                error, place = server_log.locate(event.traceback)
            case _:
                return
        server_log.write(self.path.parent, logged, run=self.id, error=error, place=place)

    def write_metadata(self, metadata: RunMetadata) -> None:
        """Replace the metadata; raises `OSError`."""
        atomic.write_json(self.metadata_file, metadata.model_dump())
