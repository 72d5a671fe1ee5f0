"""Start a dispatcher if runs wait and none serves them, as after a power failure, and what else
must go on by itself.

Whoever queues a run starts a dispatcher. If both it and the server are killed, nobody would start
the runs that wait before somebody queued another one.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

from fmnist_core.errors import LabError
from fmnist_core.jobs import queue

CHECK_SECONDS = 5.0
Check = Callable[[Path], None]
"""Starts again what has ended although it should not have; raises `LabError` or `OSError`."""


@cache
def start(folder: Path, *others: Check) -> None:
    """Watch the queue of this folder for as long as this server runs; once is enough.

    `others` are called as often, as they are for what this package does not know.
    """
    threading.Thread(target=_watch, args=(folder, *others), name="watchdog", daemon=True).start()


def _watch(folder: Path, *others: Check) -> None:
    while True:
        check(folder, *others)
        time.sleep(CHECK_SECONDS)


def check(folder: Path, *others: Check) -> None:
    """Start a dispatcher if one is missing; if that fails, as on a full disk, do nothing."""
    for start_what_is_missing in (queue.ensure_dispatcher, *others):
        with suppress(LabError, OSError):
            start_what_is_missing(folder)
