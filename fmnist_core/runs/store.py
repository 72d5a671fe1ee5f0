"""Find, create, rename and delete runs: those of this machine and the example models."""

import re
import secrets
import shutil
from datetime import UTC, datetime
from pathlib import Path

from fmnist_core import atomic, paths
from fmnist_core.errors import RunError, unknown_key
from fmnist_core.runs import environment
from fmnist_core.runs.report import utc_now
from fmnist_core.runs.run import Run, RunMetadata, RunState
from fmnist_core.training.recipe import Recipe

MAX_NAME_LENGTH = 60
ID_TIME_FORMAT = "%Y%m%d-%H%M%S-%f"
"""Of the time in UTC with which an id begins, so that ids sort by it."""


def list_runs(*folders: Path) -> list[Run]:
    """Runs in `folders`, by default this machine's, newest first, then the example models."""
    runs: list[Run] = []
    for folder in folders or (paths.runs_folder(), paths.checkpoints_folder()):
        if folder.is_dir():
            run_folders = sorted((path for path in folder.iterdir() if _is_run(path)), reverse=True)
            runs += map(Run, run_folders)
    return runs


def _is_run(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith((".", "_"))


def get_run(run_id: str, *folders: Path) -> Run:
    """The run with this id or folder path; raises `RunError`, which lists some known ids."""
    runs = list_runs(*folders)
    for run in runs:
        if run.id == run_id:
            return run
    if Path(run_id, "recipe.json").exists():
        return Run(Path(run_id))
    raise unknown_key(RunError, "run", run_id, [run.id for run in runs], max_listed=5)


def create_run(
    recipe: Recipe,
    *,
    name: str,
    by: str = "",
    owner: str = "",
    expected_seconds: float | None = None,
    search: str = "",
    folder: Path | None = None,
) -> Run:
    """Create a run folder; with a recipe and no events, the run is queued.

    The folder is filled under a hidden name and then renamed, so no process sees half of it.
    Raises `RunError` if the runs folder cannot be written.
    """
    parent = folder or paths.runs_folder()
    run_id = new_run_id()
    hidden, final = Run(parent / f".new-{run_id}"), Run(parent / run_id)
    metadata = RunMetadata(
        name=clean_name(name) or recipe.model,
        by=clean_name(by),
        owner=owner,
        created=utc_now(),
        expected_seconds=expected_seconds,
        search=search,
    )
    try:
        hidden.path.mkdir(parents=True)
        hidden.write_metadata(metadata)
        atomic.write_json(hidden.recipe_file, recipe.model_dump())
        environment.save(hidden)
        hidden.path.rename(final.path)
    except OSError as error:
        shutil.rmtree(hidden.path, ignore_errors=True)
        raise RunError(
            f"No run can be saved in {parent}: {error.strerror or error}. Free some space, or set "
            "FMNIST_RUNS_DIR to a writable folder."
        ) from error
    return final


def new_run_id() -> str:
    """An id that no other run has: the time in UTC, and random digits."""
    return f"{datetime.now(UTC):{ID_TIME_FORMAT}}-{secrets.token_hex(2)}"


def clean_name(text: str) -> str:
    """Reduce `text` to one printable line of at most `MAX_NAME_LENGTH` characters."""
    one_line = re.sub(r"\s+", " ", text)
    return "".join(filter(str.isprintable, one_line)).strip()[:MAX_NAME_LENGTH].strip()


def rename_run(run: Run, name: str) -> None:
    """Rename a run; raises `RunError` if the name is empty or cannot be saved."""
    if not clean_name(name):
        raise RunError("A run needs a name.")
    try:
        run.write_metadata(run.metadata().model_copy(update={"name": clean_name(name)}))
    except OSError as error:
        raise RunError(f"Run {run.id} cannot be renamed: {error.strerror or error}.") from error


def pin_run(run: Run, *, pinned: bool) -> None:
    """Keep a run when old ones are deleted to free space, or no longer; raises `RunError`."""
    if run.path.parent == paths.checkpoints_folder():
        raise RunError(f"Run {run.id} is an example model of this project, which always stays.")
    try:
        run.write_metadata(run.metadata().model_copy(update={"pinned": pinned}))
    except OSError as error:
        raise RunError(f"Run {run.id} cannot be pinned: {error.strerror or error}.") from error


def require_deletable(run: Run) -> None:
    """Raise `RunError` while the run trains, or if it is an example model."""
    if run.path.parent == paths.checkpoints_folder():
        raise RunError(f"Run {run.id} is an example model of this project and cannot be deleted.")
    if run.state() is RunState.RUNNING:
        raise RunError(f"Run {run.id} is training; stop it before you delete it.")


def remove_run(run: Run) -> None:
    """Delete a run for good, not into the bin; raises `RunError` as `require_deletable` does."""
    require_deletable(run)
    trash = run.path.with_name(f".deleted-{run.id}")
    try:
        run.path.rename(trash)
    except OSError as error:
        raise RunError(f"Run {run.id} cannot be deleted: {error.strerror or error}.") from error
    shutil.rmtree(trash, ignore_errors=True)
