"""Control a run while it trains: commands in `control.jsonl`, read by its worker."""

import math
import operator
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from fmnist_core.errors import RunError
from fmnist_core.runs.event_log import read_complete_lines
from fmnist_core.runs.run import Run, RunState

ControlAction = Literal["learning rate", "pause", "go on", "one epoch", "stop"]
STOPPED_BY_USER = "Stopped by a user."
STOPPED_BY_TEACHER = "Stopped by a teacher."
PAUSE_LIMIT_SECONDS = 600
"""A paused run gives up its slot as soon as another run waits, and after this long in any case."""


class ControlCommand(BaseModel):
    """One command to a worker; `value` is the factor on the learning rate."""

    model_config = ConfigDict(frozen=True)

    control: ControlAction = Field(
        validation_alias=AliasChoices("knob", "control"), serialization_alias="knob"
    )
    value: float | None = None
    reason: str | None = Field(default=None, exclude_if=operator.not_)
    """Why the run is stopped, if a user has not stopped their own."""


def send_command(
    run: Run, control: ControlAction, value: float | None = None, *, reason: str | None = None
) -> None:
    """Send a command to the worker that trains `run`.

    Raises `RunError` if it is not training, or if the factor is out of range.
    """
    if run.state() is not RunState.RUNNING:
        raise RunError(f"Run {run.id} is not training, so its settings cannot be changed.")
    if control == "learning rate" and not (value and math.isfinite(value) and 0 < value <= 1000):
        allowed = "above 0 and at most 1000"
        raise RunError(
            f"The factor is {value}; it must be {allowed}.",
            field="factor",
            value=value,
            allowed=allowed,
        )
    try:
        write_command(run, ControlCommand(control=control, value=value, reason=reason))
    except OSError as error:
        raise RunError(f"Run {run.id} cannot be controlled: {error.strerror or error}.") from error


def write_command(run: Run, command: ControlCommand) -> None:
    """Append a command to the run's file; raises `OSError`."""
    with run.control_file.open("a") as file:
        file.write(command.model_dump_json(by_alias=True) + "\n")


def requested_factor(run: Run) -> float | None:
    """The learning-rate factor that was last sent to the worker, or `None`."""
    try:
        lines = run.control_file.read_bytes().splitlines()
    except OSError:
        return None
    commands = (command for line in reversed(lines) if (command := parse_command(line)))
    return next((command.value for command in commands if command.control == "learning rate"), None)


class CommandReader:
    """The worker's end: return each command once, in order."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def read(self) -> list[ControlCommand]:
        """Commands since the last call; invalid lines are skipped."""
        lines, self._offset = read_complete_lines(self._path, self._offset)
        return [command for line in lines if (command := parse_command(line))]


def parse_command(line: bytes) -> ControlCommand | None:
    """The command in a line of `control.jsonl`, or `None` if it is invalid."""
    try:
        return ControlCommand.model_validate_json(line)
    except ValidationError:
        return None
