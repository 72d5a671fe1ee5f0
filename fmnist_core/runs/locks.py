"""Probe the file locks that mark which runs train and which slots are in use."""

import sys
from pathlib import Path

from filelock import FileLock, Timeout

PROBE_TIMEOUT_SECONDS = 0.05
"""Longer than another probe holds a lock, which is for microseconds."""


def is_locked(path: Path) -> bool:
    """Whether a process holds the lock at `path`."""
    if not path.exists():
        return False
    try:
        return _is_locked_by_wait(path) if sys.platform == "win32" else _is_flocked(path)
    except OSError:
        # No run trains in a folder that cannot be written, such as checkpoints on a read-only disk.
        return False


def _is_flocked(path: Path) -> bool:
    """Try for a shared lock, which other probes do not prevent: so there is nothing to wait for."""
    import fcntl  # not on Windows

    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)  # closing the file releases it
        except BlockingIOError:
            return True
    return False


def _is_locked_by_wait(path: Path) -> bool:
    try:
        with FileLock(path).acquire(timeout=PROBE_TIMEOUT_SECONDS, poll_interval=0.01):
            return False
    except Timeout:
        return True
