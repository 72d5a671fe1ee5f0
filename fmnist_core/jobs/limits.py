"""What one person may use, so that there is something left for the others."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fmnist_core.errors import LabError, RunError
from fmnist_core.formatting import format_duration, pluralize
from fmnist_core.jobs import forecast, queue
from fmnist_core.runs import deleted_runs, event_log, store
from fmnist_core.runs.run import Run, RunMetadata, RunState
from fmnist_core.settings import get_settings
from fmnist_core.training import events

PERIOD = timedelta(hours=24)
MAX_WAITING = 200
"""Runs of all people together that wait: one who comes as many, with a new browser for each, must
not fill the disk and slow everybody's pages down.
"""


def check_limits(folder: Path, owner: str, expected_seconds: float | None) -> None:
    """Raise `RunError` if another run of this owner would exceed a limit.

    `expected_seconds` is how long it would train, if that is known.
    """
    limits = get_settings().limits
    active = queue.unfinished_runs(folder)
    if sum(state is RunState.QUEUED for _, state in active) >= MAX_WAITING:
        raise RunError(
            f"The queue is full: {MAX_WAITING} runs wait already. Try again when some have trained."
        )
    own = [(run, state) for run, state in active if run.metadata().owner == owner]
    num_waiting = sum(state is RunState.QUEUED for _, state in own)
    if num_waiting >= limits.waiting_runs:
        raise RunError(
            f"You already have {pluralize(num_waiting, 'run')} in the queue; at most "
            f"{limits.waiting_runs} of one person may wait. Wait until one of them has started, or "
            "cancel one."
        )
    to_come = sum(
        forecast.seconds_left(run)
        for run, state in own
        if state in (RunState.QUEUED, RunState.RUNNING)
    )
    left = limits.training_minutes * 60 - used_seconds(folder, owner) - to_come
    if (expected_seconds or 0) > left or left <= 0:
        raise RunError(
            f"{_need_text(expected_seconds)} and you have {format_duration(max(left, 0))} left: "
            f"everybody may train {pluralize(limits.training_minutes, 'minute')} in 24 hours. "
            "Choose fewer epochs or fewer training images, cancel a run that waits, or ask your "
            "teacher."
        )


def _need_text(expected_seconds: float | None) -> str:
    if expected_seconds is None:
        return "This run needs training time,"
    return f"This run would train for about {format_duration(expected_seconds)},"


def check_import_limit(folder: Path, owner: str) -> None:
    """Raise `RunError` if another run would exceed what this owner may import."""
    limit, since = get_settings().limits.imported_runs, _day_ago()
    owned = _owned_runs(_with_deleted(folder), owner)
    num_imported = sum(metadata.imported >= since for _, metadata in owned)
    if num_imported >= limit:
        raise RunError(
            f"You have imported {pluralize(num_imported, 'run')} in the last 24 hours; at most "
            f"{limit} of one person are allowed. Try again tomorrow, or ask your teacher."
        )


def used_seconds(folder: Path, owner: str) -> float:
    """How long this owner's runs have trained here in the last 24 hours, deleted ones included."""
    since = _day_ago()
    runs = _with_deleted(folder)
    return sum(_seconds_since(run, metadata, since) for run, metadata in _owned_runs(runs, owner))


def _seconds_since(run: Run, metadata: RunMetadata, since: str) -> float:
    """How long a run has trained since this time: all of it, or since it was resumed.

    Only the resume tells when an older run trained, and what an imported one has trained here.
    """
    if metadata.created >= since and not metadata.imported:
        return trained_seconds(run)
    resumed_at = _first_resume(run, max(since, metadata.imported))
    return 0.0 if resumed_at is None else max(0.0, trained_seconds(run) - resumed_at)


def _first_resume(run: Run, since: str) -> float | None:
    """The seconds trained when the run was first resumed after this time; `None` if it was not."""
    if not _was_written_since(run.events_file, since):
        return None
    is_resumed = False
    for event in event_log.read_starts(run.events_file):
        if isinstance(event, events.Queued):
            is_resumed = is_resumed or event.at >= since
        elif is_resumed:
            return event.seconds
    return None


def _was_written_since(file: Path, since: str) -> bool:
    with suppress(OSError):
        return file.stat().st_mtime >= datetime.fromisoformat(since).timestamp()
    return False


def _with_deleted(folder: Path) -> list[Run]:
    return store.list_runs(folder) + [entry.run for entry in deleted_runs.list_bin(folder)]


def _owned_runs(runs: Iterable[Run], owner: str) -> Iterator[tuple[Run, RunMetadata]]:
    """This owner's runs and what is known about them; a damaged run is nobody's."""
    for run in runs:
        with suppress(LabError):
            metadata = run.metadata()
            if metadata.owner == owner:
                yield run, metadata


def _day_ago() -> str:
    """The beginning of the period for which limits hold, ISO 8601."""
    return (datetime.now(UTC) - PERIOD).isoformat()


def trained_seconds(run: Run) -> float:
    """How long a run has trained so far, without pauses."""
    seconds = (getattr(event, "seconds", None) for event in event_log.read_tail(run.events_file))
    return max((value for value in seconds if value is not None), default=0.0)
