"""Start processes that outlive the app, its terminal and Ctrl-C."""

import os
import subprocess
import sys
import threading
from pathlib import Path

from fmnist_core import paths

_NEW_PROCESS_GROUP, _NO_WINDOW = 0x200, 0x08000000
"""Windows flags; `subprocess` defines these names on Windows only."""


def start_module(
    module: str, *arguments: str, log: Path, environment: dict[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Run `python -m module` detached, and append its output to `log`.

    `environment` adds variables to those of this process. Raises `OSError` if the log cannot be
    written.
    """
    on_windows = os.name == "nt"
    with log.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            cwd=paths.PROJECT,
            env=os.environ | (environment or {}),
            start_new_session=not on_windows,
            creationflags=_NEW_PROCESS_GROUP | _NO_WINDOW if on_windows else 0,
        )


def wait_in_background(process: subprocess.Popen[bytes]) -> None:
    """Wait for a child process's end: until then, one that has ended stays a zombie."""
    threading.Thread(target=process.wait, daemon=True).start()
