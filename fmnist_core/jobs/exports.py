"""Have a run exported in a process of its own, so that the page never loads torch."""

from pathlib import Path

from fmnist_core import paths
from fmnist_core.jobs.background import BackgroundCommands
from fmnist_core.runs.run import Run

_errands = BackgroundCommands()


def file(run: Run) -> Path:
    """Where the export of a run is kept."""
    return paths.cache_folder() / "exports" / f"{run.id}.onnx.zip"


def made(run: Run) -> Path | None:
    """The export, if there is one of these weights, else `None`."""
    try:
        fresh = file(run).stat().st_mtime >= run.report_file.stat().st_mtime
    except OSError:
        return None
    return file(run) if fresh else None


def request(run: Run) -> None:
    """Make it in the background, unless that is under way."""
    folder = str(run.path.absolute())
    _errands.request(run.path, "fmnist_core", "export", folder, "--out", str(file(run)))


def is_working(run: Run | None = None) -> bool:
    """Whether the export of this run (else of any) is under way."""
    return _errands.is_working(run.path if run else None)


def problem(run: Run) -> str | None:
    """Why the last export failed, in a sentence, or `None`."""
    return _errands.problem(run.path)
