"""Have a run exported in a process of its own, so that the page never loads torch."""

import subprocess
import sys
import threading
from pathlib import Path

from fmnist_core import paths
from fmnist_core.runs.folder import Run

THREAD = "export"
_one_at_a_time = threading.Lock()
_asked: dict[Path, str | None] = {}
"""What this server has asked for, by run folder: `None` while it is made, then a problem."""


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
    if is_working(run):
        return
    _asked[run.path] = None
    threading.Thread(target=_make, args=(run,), name=THREAD, daemon=True).start()


def is_working(run: Run | None = None) -> bool:
    """Whether the export of this run (else of any) is under way."""
    if run is None:
        return None in _asked.values()
    return run.path in _asked and _asked[run.path] is None


def problem(run: Run) -> str | None:
    """Why the last export failed, in a sentence, or `None`."""
    return _asked.get(run.path)


def _make(run: Run) -> None:
    command = [sys.executable, "-m", "fmnist_core", "export", str(run.path.absolute())]
    command += ["--out", str(file(run))]
    with _one_at_a_time:
        ended = subprocess.run(
            command, capture_output=True, text=True, cwd=paths.PROJECT, check=False
        )
    if ended.returncode:
        said = ended.stderr.strip().splitlines() or ["it ended without a word"]
        _asked[run.path] = said[-1].removeprefix("fmnist_core: ")
    else:
        del _asked[run.path]
