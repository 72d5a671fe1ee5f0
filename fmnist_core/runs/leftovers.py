"""Remove what a run no longer needs, and what killed processes have left."""

import shutil
import time
from contextlib import suppress
from pathlib import Path

from fmnist_core.runs import store
from fmnist_core.runs.run import Run

PARTIAL_FILES = (".*.safetensors.*.part", ".report.json.*.part")
"""What a killed worker can leave of the files that only it writes; see `atomic`."""
HIDDEN_FOLDERS = (".new-*", ".deleted-*")
"""Runs that are being made or deleted."""
LEFT_SECONDS = 3600
"""After so long, no process still makes or deletes a run."""


def remove_temporary_files(run: Run) -> None:
    """Remove what a run needs only until it is finished; raises `OSError`."""
    remove_partial_files(run)
    for file in (run.snapshot_file, run.control_file, run.environment_file, run.log_file):
        file.unlink(missing_ok=True)
    with suppress(OSError):  # keep the folder if the user put a file there
        run.snapshot_file.parent.rmdir()


def remove_partial_files(run: Run) -> None:
    """Remove what a killed worker has left in a run that no other process trains."""
    for pattern in PARTIAL_FILES:
        for file in run.path.rglob(pattern):
            file.unlink(missing_ok=True)


def remove_leftovers(folder: Path) -> None:
    """Remove what killed processes have left in a folder of runs; what cannot be removed stays."""
    for pattern in HIDDEN_FOLDERS:
        for path in folder.glob(pattern):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > LEFT_SECONDS:
                    shutil.rmtree(path, ignore_errors=True)
    for run in store.list_runs(folder):
        # A worker removes these two last; looking for more in 300 runs takes a quarter of a second.
        is_left = run.log_file.exists() or run.snapshot_file.parent.exists()
        if is_left and run.report_file.exists():
            with suppress(OSError):
                remove_temporary_files(run)
