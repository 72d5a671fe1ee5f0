"""Probe the file locks that mark which runs train and which slots are in use."""

from pathlib import Path

from filelock import FileLock, Timeout

PROBE_TIMEOUT_SECONDS = 0.05
"""Longer than another probe holds a lock, which is for microseconds."""


def is_locked(path: Path) -> bool:
    """Whether a process holds the lock at `path`."""
    if not path.exists():
        return False
    try:
        with FileLock(path).acquire(timeout=PROBE_TIMEOUT_SECONDS, poll_interval=0.01):
            return False
    except Timeout:
        return True
    except OSError:
        # No run trains in a folder that cannot be written, such as checkpoints on a read-only disk.
        return False
