"""Start a dispatcher if runs wait and none serves them, as after a power failure.

Whoever queues a run starts a dispatcher. If both it and the server are killed, nobody would start
the runs that wait before somebody queued another one.
"""

import threading
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

from fmnist_core.errors import LabError
from fmnist_core.jobs import queue

CHECK_SECONDS = 5.0


@cache
def start(folder: Path) -> None:
    """Watch the queue of this folder for as long as this server runs; once is enough."""
    threading.Thread(target=_watch, args=(folder,), name="watchdog", daemon=True).start()


def _watch(folder: Path) -> None:
    while True:
        check(folder)
        time.sleep(CHECK_SECONDS)


def check(folder: Path) -> None:
    """Start a dispatcher if one is missing; if that fails, as on a full disk, do nothing."""
    with suppress(LabError, OSError):
        queue.ensure_dispatcher(folder)
