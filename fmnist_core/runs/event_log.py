"""A run's `events.jsonl`: append events, and follow the log as it grows."""

from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from fmnist_core.training.events import Epoch, Finished, LoggedEvent, Queued, Started, parse_line

TAIL_BYTES = 16_384
"""Enough for the last complete line; an epoch event with its matrix is about 1 kB."""

MAX_LINE_BYTES = 2**20
"""A longer line is damaged; the longest that is written holds a traceback."""


def append_event(path: Path, event: LoggedEvent) -> None:
    """Append one line; raises `OSError`.

    If an earlier writer left an incomplete line, end it first, so that only that line is lost.
    """
    line = event.model_dump_json().encode() + b"\n"
    with path.open("ab+") as file:
        if file.tell() and _last_byte(path) != b"\n":
            line = b"\n" + line
        file.write(line)
        file.flush()


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1)


def read_tail(path: Path) -> list[LoggedEvent]:
    """The last complete, valid events, oldest first; fast for a log of any length."""
    try:
        with path.open("rb") as file:
            start = max(0, file.seek(0, 2) - TAIL_BYTES)
            file.seek(start)
            lines = file.read().split(b"\n")
    except (FileNotFoundError, IsADirectoryError):
        return []
    complete = lines[1 if start else 0 : -1]
    return [event for line in complete if (event := parse_event(line)) is not None]


def first_start(path: Path) -> Started | None:
    """The first start event, or `None` if the run has not started; reads no further."""
    try:
        with path.open("rb") as file:
            events = (parse_event(line) for line in file if line.endswith(b"\n"))
            return next((event for event in events if isinstance(event, Started)), None)
    except (FileNotFoundError, IsADirectoryError):
        return None


def read_starts(path: Path) -> list[Queued | Started]:
    """All events of waiting and starting, oldest first; skips the others without parsing them."""
    starts: list[Queued | Started] = []
    try:
        with path.open("rb") as file:
            for line in file:
                if b'"queued"' in line or b'"started"' in line:
                    event = parse_event(line)
                    if isinstance(event, Queued | Started):
                        starts.append(event)
    except (FileNotFoundError, IsADirectoryError):
        pass
    return starts


def last_event(path: Path) -> LoggedEvent | None:
    """The last complete, valid event, or `None`."""
    return next(reversed(read_tail(path)), None)


def num_epochs(path: Path) -> int:
    """How many epochs the log says are done; reads all of it."""
    events = Follower(path).read()
    return max((event.epoch for event in events if isinstance(event, Epoch)), default=0)


def describe_damage(path: Path) -> str | None:
    """Describe how the log of a finished run was cut short, or return `None`.

    It ends with the event `Finished`; fast for a log of any length.
    """
    if not isinstance(last_event(path), Finished):
        return (
            f"Part of the curves is missing: the run's log, {path.name}, was cut short. Its result "
            "is not affected."
        )
    return None


def read_complete_lines(path: Path, offset: int) -> tuple[list[bytes], int]:
    """Complete lines from `offset` on, and the offset for the next call."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            content = file.read()
    except (FileNotFoundError, IsADirectoryError):
        return [], offset
    end = content.rfind(b"\n") + 1
    return content[:end].split(b"\n"), offset + end


@dataclass
class Follower:
    """Read a log as it grows: each `read` parses only the new lines."""

    path: Path
    events: list[LoggedEvent] = field(default_factory=list)
    """Events so far, without those that a resumed run repeats."""
    num_damaged: int = 0
    """Lines that could not be parsed."""
    _offset: int = 0

    def read(self) -> list[LoggedEvent]:
        """Parse the new complete lines and return `events`."""
        lines, self._offset = read_complete_lines(self.path, self._offset)
        for line in lines:
            event = parse_event(line)
            if event is None:
                self.num_damaged += bool(line.strip())
                continue
            if isinstance(event, Started):
                self._drop_after(event.step)
            self.events.append(event)
        return self.events

    def _drop_after(self, step: int) -> None:
        """Drop events after the snapshot: a resumed run repeats those steps."""
        self.events = [event for event in self.events if getattr(event, "step", 0) <= step]


def parse_event(line: bytes) -> LoggedEvent | None:
    """The event in a line of the log, or `None` if it is invalid."""
    if len(line) > MAX_LINE_BYTES:
        return None
    try:
        return parse_line(line)
    except ValidationError:
        return None
