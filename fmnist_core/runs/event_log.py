"""A run's `events.jsonl`: appended line by line, read from where the last reading ended."""

from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from fmnist_core.training.events import LoggedEvent, Started, parse_line

TAIL_BYTES = 16_384
"""Enough for the last whole line; an epoch event with its matrix is about 1 kB."""


def append_event(path: Path, event: LoggedEvent) -> None:
    """Add one line; raises `OSError`.

    A line that an earlier writer left half written is closed first, so that it spoils only itself.
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
    """The last whole, readable lines, oldest first: quick, however long the journal is."""
    try:
        with path.open("rb") as file:
            start = max(0, file.seek(0, 2) - TAIL_BYTES)
            file.seek(start)
            lines = file.read().split(b"\n")
    except FileNotFoundError:
        return []
    whole = lines[1 if start else 0 : -1]
    return [event for line in whole if (event := _parse(line)) is not None]


def first_start(path: Path) -> Started | None:
    """The first start event, `None` if the run has not started; reads no further."""
    try:
        with path.open("rb") as file:
            events = (_parse(line) for line in file if line.endswith(b"\n"))
            return next((event for event in events if isinstance(event, Started)), None)
    except FileNotFoundError:
        return None


def last_event(path: Path) -> LoggedEvent | None:
    """The last whole, readable line, or `None`."""
    return next(reversed(read_tail(path)), None)


def read_complete_lines(path: Path, offset: int) -> tuple[list[bytes], int]:
    """Lines from `offset` on that are ended, and where the next reading begins."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            content = file.read()
    except FileNotFoundError:
        return [], offset
    whole = content.rfind(b"\n") + 1
    return content[:whole].split(b"\n"), offset + whole


@dataclass
class Follower:
    """Reads a journal as it grows: each `read` parses only what is new."""

    path: Path
    events: list[LoggedEvent] = field(default_factory=list)
    """All that counts so far: what a resume made void is gone."""
    num_damaged: int = 0
    """Lines that could not be read."""
    _offset: int = 0

    def read(self) -> list[LoggedEvent]:
        """Take in the new whole lines and return `events`; a half-written one waits."""
        lines, self._offset = read_complete_lines(self.path, self._offset)
        for line in lines:
            event = _parse(line)
            if event is None:
                self.num_damaged += bool(line.strip())
                continue
            if isinstance(event, Started):
                self._forget_after(event.step)
            self.events.append(event)
        return self.events

    def _forget_after(self, step: int) -> None:
        """A resume repeats the steps since its snapshot; their first account is void."""
        self.events = [event for event in self.events if getattr(event, "step", 0) <= step]


def _parse(line: bytes) -> LoggedEvent | None:
    try:
        return parse_line(line)
    except ValidationError:
        return None
