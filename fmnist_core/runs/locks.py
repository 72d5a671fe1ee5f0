"""File locks: who trains a run, who has a slot, who hands out slots."""

from pathlib import Path

from filelock import FileLock, Timeout

PROBE_TIMEOUT_SECONDS = 0.05
"""How long a look at a lock insists: another look holds it for microseconds."""


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
        # A folder that cannot be written (checkpoints on a read-only disk) trains nothing.
        return False
