"""Take a run to another machine: its folder as a zip archive, and the way back.

An archive may come from anywhere. Only files that a run has are taken from it, all within limits;
they are unpacked into a hidden folder and checked there, and only then moved among the runs.
"""

import io
import re
import secrets
import shutil
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import BinaryIO

from fmnist_core import atomic, paths, zip_archives
from fmnist_core.errors import DataError, RunError
from fmnist_core.formatting import format_bytes
from fmnist_core.runs import disk_quota, environment, store
from fmnist_core.runs.report import utc_now
from fmnist_core.runs.run import EPOCH_FILE_NAME, Run, RunState
from fmnist_core.training import events

MAX_JSON_BYTES = 256 * 1024
MAX_LOG_BYTES = 64 * 10**6
"""Of `events.jsonl`; an hour of training writes 2 MB."""
MAX_TENSOR_BYTES = 10**9
MAX_RUN_BYTES = 10**9
"""Of all files of a run together, unpacked."""
MAX_RATIO, MIN_RATIO_BYTES = 100, 10**6
"""No larger file may unpack to more than so many times its size in the archive; an event log
unpacks to ten times its size.
"""
MAX_FILES = 200
FILE_LIMITS: Mapping[str, int] = MappingProxyType(
    {
        "recipe.json": MAX_JSON_BYTES,
        "about.json": MAX_JSON_BYTES,
        "report.json": MAX_JSON_BYTES,
        "events.jsonl": MAX_LOG_BYTES,
        "model.safetensors": MAX_TENSOR_BYTES,
        "predictions.safetensors": MAX_TENSOR_BYTES,
        "familiarity.safetensors": MAX_TENSOR_BYTES,
        "resume/snapshot.safetensors": MAX_TENSOR_BYTES,
    }
)
"""The files of a run and their limits, besides those of its epochs."""
NOT_TAKEN = frozenset({"control.jsonl", "worker.log", ".lock", ".lease.json", ".settings.json"})
"""Files that belong to the machine: a folder that was zipped by hand may have them."""
NOT_EXPORTED = MappingProxyType({"owner": "", "imported": "", "search": "", "pinned": False})
"""What the metadata of an archive do not tell: it is about this machine."""
RUN_ID = re.compile(r"\d{8}-\d{6}-\d{6}-[0-9a-f]{4}")
"""Ids as this program makes them; a run of any other gets a new one."""
RECIPE = "recipe.json"
ENDED = (RunState.FINISHED, RunState.STOPPED, RunState.INTERRUPTED, RunState.FAILED)
STOPPED_TEXT = "Imported before it was finished."


@dataclass(frozen=True, kw_only=True)
class Import:
    """A run that was imported, and how it differs from its archive."""

    run: Run
    num_removed_events: int
    """Lines of its log that could not be read."""
    old_id: str | None
    """Its id in the archive, if it is a new one here."""


def export_size(run: Run) -> int:
    """The bytes of all files that an archive of the run would hold."""
    return sum(run.path.joinpath(name).stat().st_size for name in _stored_files(run))


def export_bytes(run: Run) -> bytes:
    """The archive of a run that neither trains nor waits; raises `RunError`, and `OSError`."""
    state = run.state()
    if state in (RunState.RUNNING, RunState.QUEUED, RunState.DAMAGED):
        reason = run.reason() if state is RunState.DAMAGED else f"Run {run.id} is {state}."
        raise RunError(f"{reason} Only a run that has ended can be exported.")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in _stored_files(run):
            # Tensors hardly shrink, and would take most of the time.
            method = zipfile.ZIP_STORED if name.endswith(".safetensors") else zipfile.ZIP_DEFLATED
            if name == run.metadata_file.name:
                metadata = run.metadata().model_copy(update=NOT_EXPORTED)
                archive.writestr(f"{run.id}/{name}", metadata.model_dump_json(indent=2), method)
            else:
                archive.write(run.path / name, f"{run.id}/{name}", method)
    return content.getvalue()


def _stored_files(run: Run) -> list[str]:
    """The names of the files that an archive of the run holds, those that it has."""
    names = [*FILE_LIMITS, *(f"epochs/{run.epoch_file(n).name}" for n in run.saved_epochs())]
    return [name for name in names if run.path.joinpath(name).is_file()]


def import_run(file: BinaryIO, *, name: str, owner: str = "", folder: Path | None = None) -> Import:
    """Import a run from an archive that is called `name`, and give it to `owner`.

    It keeps its id unless that is taken. Raises `DataError` for an archive that is damaged or not
    allowed, and `RunError` for a run that is damaged or cannot be saved, also for want of space.
    """
    parent = folder or paths.runs_folder()
    disk_quota.make_room(parent)
    name = zip_archives.sanitize_name(name)
    hidden = parent / f".new-{secrets.token_hex(8)}"
    with zip_archives.open_archive(file, name=name, max_files=MAX_FILES) as archive:
        old_id, entries = _entries_by_name(archive, name)
        staged = Run(hidden / old_id)
        try:
            staged.path.mkdir(parents=True)
            for entry_name, entry in entries.items():
                _unpack(archive, entry, staged.path / entry_name, name=f"{name}: {entry_name}")
            num_removed = _check(staged)
            _prepare(staged, owner=owner)
            run = _move(staged, parent)
        except OSError as error:
            raise RunError(
                f"{name} cannot be saved in {parent}: {error.strerror or error}."
            ) from error
        finally:
            shutil.rmtree(hidden, ignore_errors=True)
    return Import(
        run=run,
        num_removed_events=num_removed,
        old_id=None if run.id == old_id else old_id,
    )


def _entries_by_name(archive: zipfile.ZipFile, name: str) -> tuple[str, dict[str, zipfile.ZipInfo]]:
    """The run's id, and its files by their path in its folder; raises `DataError`."""
    entries = zip_archives.list_files(archive)
    for entry in entries:
        entry_name = zip_archives.sanitize_name(entry.filename)
        if zip_archives.escapes_folder(entry.filename) or "\\" in entry.filename:
            raise DataError(f"{name}: {entry_name} has a path that leads out of the archive.")
        if zip_archives.is_link(entry):
            raise DataError(f"{name}: {entry_name} is a link, not a file.")
    recipes = [path for entry in entries if (path := PurePosixPath(entry.filename)).name == RECIPE]
    if len(recipes) != 1:
        problem = (
            "several runs; import one at a time" if recipes else "no run: it has no recipe.json"
        )
        raise DataError(f"{name} holds {problem}.")
    folder = recipes[0].parent
    by_name: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        path = PurePosixPath(entry.filename)
        relative = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else ""
        if relative in NOT_TAKEN:
            continue
        _check_entry(entry, relative, name)
        if relative in by_name:
            raise DataError(f"{name} holds {relative} twice.")
        by_name[relative] = entry
    _check_total(by_name.values(), name)
    old_id = folder.name if _is_past_id(folder.name) else store.new_run_id()
    return old_id, by_name


def _is_past_id(name: str) -> bool:
    """Whether this is an id of a run, but for the clock of its machine not of the future.

    Ids begin with the time: one of the future would be the first of all lists, for good.
    """
    return RUN_ID.fullmatch(name) is not None and name < f"{_tomorrow():{store.ID_TIME_FORMAT}}"


def _tomorrow() -> datetime:
    return datetime.now(UTC) + timedelta(days=1)


def _check_entry(entry: zipfile.ZipInfo, relative: str, name: str) -> None:
    """Raise `DataError` unless a run has such a file, and of such a size."""
    limit = _limit(relative)
    entry_name = zip_archives.sanitize_name(entry.filename)
    if limit is None:
        raise DataError(f"{name}: {entry_name} is not a file of a run.")
    if entry.file_size > limit:
        raise DataError(
            f"{name}: {entry_name} takes {format_bytes(entry.file_size)}; the limit is "
            f"{format_bytes(limit)}."
        )
    if entry.file_size > MIN_RATIO_BYTES and entry.file_size > MAX_RATIO * entry.compress_size:
        raise DataError(f"{name}: {entry_name} unpacks to more than {MAX_RATIO} times its size.")


def _limit(relative: str) -> int | None:
    """The largest size in bytes of a file of a run; `None` for a file that no run has."""
    folder, _, file_name = relative.rpartition("/")
    if folder == "epochs" and EPOCH_FILE_NAME.fullmatch(file_name):
        return MAX_TENSOR_BYTES
    return FILE_LIMITS.get(relative)


def _check_total(entries: Iterable[zipfile.ZipInfo], name: str) -> None:
    total = sum(entry.file_size for entry in entries)
    if total > MAX_RUN_BYTES:
        raise DataError(
            f"{name} would unpack to {format_bytes(total)}; the limit is "
            f"{format_bytes(MAX_RUN_BYTES)}."
        )


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, *, name: str) -> None:
    """Unpack one file, not a byte more than it declares; raises `DataError` or `OSError`."""
    path.parent.mkdir(exist_ok=True)
    num_bytes = 0
    with path.open("wb") as unpacked:
        for chunk in zip_archives.read_chunks(archive, entry, name=name, max_bytes=entry.file_size):
            num_bytes += len(chunk)
            unpacked.write(chunk)
    if num_bytes != entry.file_size:
        raise DataError(f"{name} is damaged inside its archive.")


def _check(staged: Run) -> int:
    """Check the files of an unpacked run; returns how many lines were removed from its log."""
    from fmnist_core.runs import integrity  # loads torch

    return integrity.check_run(staged)


def _prepare(staged: Run, *, owner: str) -> None:
    """Note in the unpacked run that it is imported and whose it is; raises `OSError`."""
    metadata = staged.metadata()
    staged.write_metadata(
        metadata.model_copy(
            update={
                "name": store.clean_name(metadata.name) or staged.recipe().model,
                "by": store.clean_name(metadata.by),
                "created": _valid_time(metadata.created),
                **NOT_EXPORTED,
                "owner": owner,
                "imported": utc_now(),
                "expected_seconds": None,  # on another machine
            }
        )
    )
    if staged.state() not in ENDED:  # nobody has asked to train it here
        staged.append_event(events.Stopped(reason=STOPPED_TEXT))
    if staged.state().is_resumable:
        environment.save(staged)


def _valid_time(text: str) -> str:
    """A time in ISO 8601; empty if it is none, or one of the future."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return text if time.replace(tzinfo=time.tzinfo or UTC) < _tomorrow() else ""


def _move(staged: Run, parent: Path) -> Run:
    """Move an unpacked run among the others, under a new id if its own is taken."""
    is_taken = parent.joinpath(staged.id).exists()
    final = Run(parent / (store.new_run_id() if is_taken else staged.id))
    atomic.fsync_folder(staged.path)
    staged.path.rename(final.path)
    return final
