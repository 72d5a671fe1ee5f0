"""Import uploaded runs in a process of their own: the page neither loads torch, nor suffers from
whatever a hostile file does to the process that reads it.
"""

import json
import re
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from fmnist_core import paths, server_log
from fmnist_core.errors import RunError
from fmnist_core.runs.run import Run
from fmnist_core.server_log import LogEvent

TURN = threading.Lock()
"""Held during an import: a class that imports its runs at once takes the memory of one."""
COMMAND = (sys.executable, "-m", "fmnist_core", "runs", "import")
TIMEOUT_SECONDS = 120
MAX_NAME_LENGTH = 80


def import_upload(content: bytes, *, name: str, owner: str) -> Run:
    """Import the archive of a run, called `name`, for `owner`; takes seconds.

    Raises `RunError` that says why it was refused.
    """
    with TURN, tempfile.TemporaryDirectory(prefix="fmnist-import-") as folder:
        file = Path(folder, _file_name(name))
        try:
            file.write_bytes(content)
            ended = subprocess.run(
                [*COMMAND, str(file), "--owner", owner, "--json"],
                stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                cwd=paths.PROJECT, timeout=TIMEOUT_SECONDS, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise RunError(f"{name} took too long to check.") from error
        except OSError as error:
            raise RunError(f"{name} cannot be imported: {error.strerror or error}.") from error
    if ended.returncode:
        server_log.write(paths.runs_folder(), LogEvent.IMPORT_REFUSED)
        lines = ended.stderr.strip().splitlines() or ["The process failed without a message."]
        raise RunError(lines[-1].removeprefix("fmnist_core: "))
    run = Run(paths.runs_folder() / json.loads(ended.stdout)["run"])
    server_log.write(paths.runs_folder(), LogEvent.RUN_IMPORTED, run=run.id)
    return run


def _file_name(name: str) -> str:
    """A name for the file on this machine that is safe there, and that the user recognizes."""
    return re.sub(r"[^\w.-]", "_", name).lstrip(".-")[-MAX_NAME_LENGTH:] or "run.zip"
