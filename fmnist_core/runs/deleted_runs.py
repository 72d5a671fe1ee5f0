"""The bin: deleted runs, which can be restored until they are gone for good.

A deleted run lies in `.bin/TIME/RUN-ID` beside the other runs; deleting and restoring are renames.
"""

import errno
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fmnist_core.errors import RunError, unknown_key
from fmnist_core.runs import store
from fmnist_core.runs.run import Run
from fmnist_core.settings import get_settings

FULL_DISK_HINT = (
    " To free space, remove deleted runs for good: python -m fmnist_core runs empty-bin"
)
TIME_FORMAT = "%Y%m%d-%H%M%S-%f"


@dataclass(frozen=True)
class DeletedRun:
    """A run in the bin."""

    run: Run
    deleted_at: datetime
    """UTC."""

    @property
    def id(self) -> str:
        return self.run.id


def bin_folder(folder: Path) -> Path:
    """The bin of a folder of runs, whether or not it exists."""
    return folder / ".bin"


def delete_run(run: Run) -> DeletedRun:
    """Move a run to the bin, and empty the bin of old ones.

    Raises `RunError` while it trains, or if it is an example model.
    """
    store.require_deletable(run)
    now = datetime.now(UTC)
    place = bin_folder(run.path.parent) / now.strftime(TIME_FORMAT)
    try:
        place.mkdir(parents=True)
        deleted = Run(run.path.rename(place / run.id))
    except OSError as error:
        with suppress(OSError):
            place.rmdir()
        hint = FULL_DISK_HINT if error.errno == errno.ENOSPC else ""
        raise RunError(
            f"Run {run.id} cannot be deleted: {error.strerror or error}.{hint}"
        ) from error
    empty_bin(run.path.parent)
    return DeletedRun(deleted, now)


def list_bin(folder: Path) -> list[DeletedRun]:
    """The deleted runs, the last one first."""
    try:
        places = sorted(bin_folder(folder).iterdir(), reverse=True)
        return [
            DeletedRun(Run(path), deleted_at)
            for place in places
            if (deleted_at := _parse_time(place.name)) and place.is_dir()
            for path in place.iterdir()
        ]
    except OSError:
        return []


def find_deleted(run_id: str, folder: Path) -> DeletedRun:
    """The deleted run with this id; raises `RunError`, which lists some known ids."""
    deleted = list_bin(folder)
    for entry in deleted:
        if entry.id == run_id:
            return entry
    known = [entry.id for entry in deleted]
    raise unknown_key(RunError, "deleted run", run_id, known, max_listed=5)


def restore_run(deleted: DeletedRun) -> Run:
    """Move a run back to where it was; raises `RunError`.

    One that was queued is queued again: see `queue.restore_run`.
    """
    place = deleted.run.path.parent
    target = place.parent.parent / deleted.id
    try:
        if target.exists():  # renaming would replace an empty folder
            raise FileExistsError(errno.EEXIST, "another run has its id")
        restored = Run(deleted.run.path.rename(target))
    except FileNotFoundError:
        raise RunError(f"Run {deleted.id} is no longer in the bin.") from None
    except OSError as error:
        raise RunError(
            f"Run {deleted.id} cannot be restored: {error.strerror or error}."
        ) from error
    with suppress(OSError):
        place.rmdir()
    return restored


def empty_bin(folder: Path, *, older_than: timedelta | None = None) -> int:
    """Remove runs for good that were deleted so long ago, by default the setting `bin_days`.

    Return how many. What cannot be removed stays in the bin.
    """
    if older_than is None:
        older_than = timedelta(days=get_settings().disk.bin_days)
    old = [run for run in list_bin(folder) if datetime.now(UTC) - run.deleted_at >= older_than]
    return sum(map(remove_run, old))


def remove_run(deleted: DeletedRun) -> bool:
    """Remove a deleted run for good; return whether it was still in the bin.

    It leaves the bin first: who restores it at the same moment gets all of it, or nothing.
    """
    place = deleted.run.path.parent
    hidden = place.parent.parent / f".deleted-{place.name}-{deleted.id}"  # see `leftovers`
    try:
        deleted.run.path.rename(hidden)
    except OSError:
        return False
    shutil.rmtree(hidden, ignore_errors=True)
    with suppress(OSError):
        place.rmdir()
    return True


def _parse_time(name: str) -> datetime | None:
    try:
        return datetime.strptime(name, TIME_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
