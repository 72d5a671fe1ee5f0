"""How much space the runs take, what they may take, and which of them could go.

The setting `runs_gigabytes` limits all runs together. Deleted runs take what the others leave: the
oldest of them are removed for good when a new run needs the space.
"""

import os
import shutil
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from fmnist_core.errors import LabError, RunError
from fmnist_core.formatting import format_bytes
from fmnist_core.runs import deleted_runs, store
from fmnist_core.runs.run import Run, RunMetadata, RunState
from fmnist_core.settings import get_settings

GIGABYTE = 10**9
ENDED = (RunState.FINISHED, RunState.STOPPED, RunState.INTERRUPTED, RunState.FAILED)
"""States of runs that may be deleted to free space: nobody waits for them."""


@dataclass(frozen=True, kw_only=True)
class DiskUse:
    """Bytes on the disk."""

    runs: int
    """Of all runs that are not deleted."""
    deleted: int
    """Of the runs in the bin."""
    limit: int | None
    """What the runs may take; `None` without a limit."""
    free: int
    """Of the disk that holds the runs."""

    @property
    def is_full(self) -> bool:
        """Whether new runs are refused."""
        return self.limit is not None and self.runs >= self.limit


@dataclass(frozen=True, kw_only=True)
class EndedRun:
    """A run that could be deleted to free space."""

    run: Run
    metadata: RunMetadata
    state: RunState
    num_bytes: int

    @property
    def since(self) -> str:
        """Since when it has been on this machine, UTC, ISO 8601."""
        return self.metadata.imported or self.metadata.created


def folder_bytes(folder: Path) -> int:
    """The bytes of all files in a folder and below; of what vanishes meanwhile, none."""
    total = 0
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    total += folder_bytes(Path(entry.path))
                else:
                    total += entry.stat(follow_symlinks=False).st_size
    return total


def disk_use(folder: Path) -> DiskUse:
    """What the runs in this folder take, and what is left."""
    existing = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    gigabytes = get_settings().disk.runs_gigabytes
    return DiskUse(
        runs=sum(folder_bytes(run.path) for run in store.list_runs(folder)),
        deleted=folder_bytes(deleted_runs.bin_folder(folder)),
        limit=round(gigabytes * GIGABYTE) if gigabytes else None,
        free=shutil.disk_usage(existing).free,
    )


def make_room(folder: Path) -> None:
    """Make sure that a new run may be saved, if need be by removing deleted ones for good.

    Raises `RunError` if the runs take all the space that they may.
    """
    if not get_settings().disk.runs_gigabytes:
        return
    use = disk_use(folder)
    assert use.limit is not None
    if use.is_full:
        raise RunError(
            f"The runs of this lab take {format_bytes(use.runs)}, and they may take "
            f"{format_bytes(use.limit)}. Delete some that nobody needs any more; a teacher finds "
            "the oldest ones on the page Health, or with `python -m fmnist_core runs prune`."
        )
    excess = use.runs + use.deleted - use.limit
    for deleted in reversed(deleted_runs.list_bin(folder)):  # the oldest first
        if excess <= 0:
            break
        num_bytes = folder_bytes(deleted.run.path)
        if deleted_runs.remove_run(deleted):
            excess -= num_bytes


def oldest_runs(folder: Path) -> list[EndedRun]:
    """The runs that may be deleted to free space, the oldest first.

    They have ended, nobody has pinned them, and no unfinished run needs their weights.
    """
    ended: list[EndedRun] = []
    needed: set[str] = set()
    for run in store.list_runs(folder):
        with suppress(LabError):  # a damaged run is left to whoever looks at it
            state, metadata = run.state(), run.metadata()
            if state not in ENDED:
                needed.add(run.recipe().weights.removeprefix("run:"))
            elif not metadata.pinned:
                num_bytes = folder_bytes(run.path)
                ended.append(EndedRun(run=run, metadata=metadata, state=state, num_bytes=num_bytes))
    return sorted(
        (entry for entry in ended if entry.run.id not in needed),
        key=lambda entry: (entry.since, entry.run.id),
    )


def runs_to_delete(oldest: Collection[EndedRun], *, num_bytes: int) -> list[EndedRun]:
    """As many of the oldest runs as free `num_bytes`, or all if they do not suffice."""
    chosen: list[EndedRun] = []
    for entry in oldest:
        if num_bytes <= 0:
            break
        chosen.append(entry)
        num_bytes -= entry.num_bytes
    return chosen
