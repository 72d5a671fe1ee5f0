"""Export runs in background processes, so that the page never loads torch."""

from pathlib import Path

from fmnist_core import paths
from fmnist_core.jobs.background import BackgroundCommands
from fmnist_core.runs.run import Run

EXPORT_COMMANDS = BackgroundCommands(user_waits=True)


def export_file(run: Run) -> Path:
    """Path of a run's export, whether or not it exists."""
    return paths.cache_folder() / "exports" / f"{run.id}.onnx.zip"


def finished_export(run: Run) -> Path | None:
    """The export of the run's current weights, or `None` if there is none."""
    try:
        is_current = export_file(run).stat().st_mtime >= run.report_file.stat().st_mtime
    except OSError:
        return None
    return export_file(run) if is_current else None


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
