"""The log of a lab: one JSON object per line, in `.logs/lab.jsonl` beside its runs.

The app, the dispatcher and the workers write into one file, which is rotated. It says what happened
and when, and to which run; it has no field for a name, an address or the text of an error, since
those can tell who somebody is.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice
from logging.handlers import RotatingFileHandler
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, Field, ValidationError

MAX_BYTES = 1_000_000
"""Size at which a file is rotated: about 8,000 events."""
NUM_OLD_FILES = 4
LOCK_TIMEOUT_SECONDS = 2.0


class LogEvent(StrEnum):
    """What can happen."""

    APP_STARTED = "app started"
    RUN_QUEUED = "run queued"
    RUN_STARTED = "run started"
    RUN_PAUSED = "run paused"
    RUN_STOPPED = "run stopped"
    RUN_FINISHED = "run finished"
    RUN_FAILED = "run failed"
    RUN_INTERRUPTED = "run interrupted"
    RUN_IMPORTED = "run imported"
    IMPORT_REFUSED = "import refused"
    PAGE_ERROR = "page error"


class LogEntry(BaseModel):
    """One line of the log; what does not apply is left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    at: str
    """UTC, ISO 8601."""
    event: LogEvent
    run: str = Field(default="", exclude_if=lambda value: not value)
    """Id of the run."""
    page: str = Field(default="", exclude_if=lambda value: not value)
    """Title of the page on which an error happened."""
    error: str = Field(default="", exclude_if=lambda value: not value)
    """Class of the exception."""
    place: str = Field(default="", exclude_if=lambda value: not value)
    """Where this program raised it: `fmnist_core/training/loop.py:120`."""


class _LogFile(RotatingFileHandler):
    """Raise errors to the caller; `logging` would print them."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's name)
        del record
        raise  # noqa: PLE0704 (called while the error is handled)


def log_file(folder: Path) -> Path:
    """The current file of the log of this folder of runs, whether or not it exists."""
    return folder / ".logs" / "lab.jsonl"


def write(
    folder: Path,
    event: LogEvent,
    *,
    run: str = "",
    page: str = "",
    error: str = "",
    place: str = "",
) -> None:
    """Append an event. On a full or read-only disk it is lost: nothing fails for its sake."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    entry = LogEntry(at=at, event=event, run=run, page=page, error=error, place=place)
    record = logging.makeLogRecord({"msg": entry.model_dump_json()})
    path = log_file(folder)
    with suppress(OSError, Timeout):
        path.parent.mkdir(parents=True, exist_ok=True)
        # Rotation is safe within one process only; the lock makes it so between several.
        with FileLock(path.with_suffix(".lock")).acquire(timeout=LOCK_TIMEOUT_SECONDS):
            handler = _LogFile(
                path, maxBytes=MAX_BYTES, backupCount=NUM_OLD_FILES, encoding="utf-8", delay=True
            )
            try:
                handler.handle(record)
            finally:
                handler.close()


def read(folder: Path, *, last: int) -> list[LogEntry]:
    """The last entries, oldest first, also from files that have been rotated.

    Lines that are no entries are skipped.
    """
    return list(islice(_newest_first(folder), max(last, 0)))[::-1]


def _newest_first(folder: Path) -> Iterator[LogEntry]:
    path = log_file(folder)
    for file in (path, *(Path(f"{path}.{number}") for number in range(1, NUM_OLD_FILES + 1))):
        with suppress(OSError):
            for line in reversed(file.read_bytes().splitlines()):
                with suppress(ValidationError):
                    yield LogEntry.model_validate_json(line)


def locate(traceback: str) -> tuple[str, str]:
    """The exception's class, and the last place in this program, from a traceback.

    Either is empty if the text does not say. The message is left out: it may quote anything.
    """
    frames, _, ending = traceback.replace("\\", "/").rpartition('\n  File "')
    error = re.search(r"^([A-Za-z_][\w.]*)(?::|$)", ending, re.MULTILINE)
    places = re.findall(
        r'File "[^"\n]*?((?:fmnist_core|pages)/[\w/]+\.py)", line (\d+)', f'{frames}File "{ending}'
    )
    name = error[1].rpartition(".")[2] if error else ""
    return name, ":".join(places[-1]) if places else ""
