"""Export runs in background processes, so that the page never loads torch."""

from pathlib import Path

from fmnist_core import paths
from fmnist_core.jobs.background import BackgroundCommands
from fmnist_core.runs.run import Run

EXPORT_COMMANDS = BackgroundCommands(user_waits=True)


def export_file(run: Run) -> Path:
    """Path of the export of the run's current weights, whether or not it exists."""
    # Not by the order of the times of two files: the clock may have been set back between them.
    try:
        version = run.report_file.stat().st_mtime_ns
    except OSError:
        version = 0
    return paths.cache_folder() / "exports" / str(version) / f"{run.id}.onnx.zip"


def finished_export(run: Run) -> Path | None:
    """The export of the run's current weights, or `None` if there is none."""
    path = export_file(run)
    return path if path.is_file() else None


def request_export(run: Run) -> None:
    """Export the run in the background, unless that is already pending."""
    folder, out = str(run.path.absolute()), str(export_file(run))
    EXPORT_COMMANDS.request(run.path, "fmnist_core", "export", folder, "--out", out)


def is_exporting(run: Run | None = None) -> bool:
    """Whether the export of this run (by default: of any run) is pending."""
    return EXPORT_COMMANDS.is_pending(run.path if run else None)


def export_error(run: Run) -> str | None:
    """Why the last export of this run failed, in one sentence, or `None`."""
    return EXPORT_COMMANDS.error(run.path)
