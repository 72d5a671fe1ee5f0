"""The knobs that a class turns while a run trains: lines in `control.jsonl`, read by its worker."""

import math
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from fmnist_core.errors import RunError
from fmnist_core.runs.event_log import read_complete_lines
from fmnist_core.runs.run import Run, RunState

ControlAction = Literal["learning rate", "pause", "go on", "one epoch", "stop"]
PAUSE_LIMIT_SECONDS = 600
"""A paused run holds its place on the machine; after this long it is stopped, to be resumed."""


class ControlCommand(BaseModel):
    """One turn of one knob; `value` is the factor on the learning rate."""

    model_config = ConfigDict(frozen=True)

    knob: ControlAction
    value: float | None = None


def send_command(run: Run, knob: ControlAction, value: float | None = None) -> None:
    """Ask the worker that trains `run`; raises `RunError` where nothing trains it."""
    if run.state() is not RunState.RUNNING:
        raise RunError(f"Run {run.id} is not training, so there is no knob to turn.")
    if knob == "learning rate" and not (value and math.isfinite(value) and 0 < value <= 1000):
        raise RunError(f"The factor is {value}; it must be above 0 and at most 1000.")
    line = ControlCommand(knob=knob, value=value).model_dump_json() + "\n"
    try:
        with run.control_file.open("a") as file:
            file.write(line)
    except OSError as error:
        raise RunError(f"Run {run.id} cannot be steered: {error.strerror or error}.") from error


def requested_factor(run: Run) -> float | None:
    """The factor on the learning rate that its worker was last asked for, or `None`."""
    try:
        lines = run.control_file.read_bytes().splitlines()
    except OSError:
        return None
    asked = (command for line in reversed(lines) if (command := _parse(line)))
    return next((command.value for command in asked if command.knob == "learning rate"), None)


class CommandReader:
    """The worker's end: each command once, in order."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def read(self) -> list[ControlCommand]:
        """Commands that have come since the last reading; what is no command is passed over."""
        lines, self._offset = read_complete_lines(self._path, self._offset)
        return [command for line in lines if (command := _parse(line))]


def _parse(line: bytes) -> ControlCommand | None:
    try:
        return ControlCommand.model_validate_json(line)
    except ValidationError:
        return None
