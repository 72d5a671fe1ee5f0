"""Leases that mark which runs train on other machines, which share this folder over a network.

A file lock ends with its process, but not every network file system shows it to other machines. So
a job that trains elsewhere writes the time into the run's lease every few seconds; a lease that is
not renewed expires. The clocks of a cluster agree to within seconds.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from fmnist_core import atomic

RENEWAL_SECONDS = 5.0
EXPIRY_SECONDS = 60.0
"""Longer than a network file system may be busy, or its caches old."""
TAKEN_OVER = 70
"""Exit status of a process whose run was given to another job."""


class Lease(BaseModel):
    """`.lease.json`: which job may train the run, and when it last said that it does."""

    model_config = ConfigDict(frozen=True)

    token: str
    """Identifies the submission; whoever has another one must not train the run."""
    job: str = ""
    """The job's id in its queue, once it is known."""
    host: str = ""
    renewed_at: float | None = None
    """Unix time; `None` while the job waits."""

    @property
    def is_active(self) -> bool:
        """Whether the job trains, as far as one can tell."""
        return self.renewed_at is not None and time.time() - self.renewed_at < EXPIRY_SECONDS


def read(path: Path) -> Lease | None:
    """The lease at `path`; `None` if there is none, or it is damaged."""
    try:
        return Lease.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def is_active(path: Path) -> bool:
    """Whether a job on another machine trains the run."""
    lease = read(path)
    return lease is not None and lease.is_active


def write(path: Path, lease: Lease) -> None:
    """Replace the lease; raises `OSError`."""
    atomic.write_json(path, lease.model_dump())


class HeldLease:
    """The lease while this process trains the run."""

    def __init__(self, path: Path, lease: Lease) -> None:
        self._path = path
        self.token = lease.token
        self._lease = lease.model_copy(update={"host": socket.gethostname()})
        self._ended = threading.Event()
        self.waits_again = False
        """Whether the same job will go on with the run later."""

    def renew(self) -> None:
        """Say that the run still trains."""
        with suppress(OSError):  # on a full disk it expires, unless there is space again soon
            write(self._path, self._lease.model_copy(update={"renewed_at": time.time()}))

    def renew_until_ended(self) -> None:
        """Renew the lease; end this process if it was taken away, as after a long freeze."""
        while not self._ended.wait(RENEWAL_SECONDS):
            current = read(self._path)
            is_lost = not self._path.exists() if current is None else current.token != self.token
            if is_lost and not self._ended.is_set():
                os._exit(TAKEN_OVER)
            self.renew()

    def end(self) -> None:
        """Give the lease back, or mark that its job waits again; once is enough."""
        if self._ended.is_set():
            return
        self._ended.set()
        with suppress(OSError):
            if self.waits_again:
                write(self._path, self._lease)
            else:
                self._path.unlink(missing_ok=True)


@contextmanager
def hold(path: Path, lease: Lease) -> Iterator[HeldLease]:
    """Hold the lease while training, renewed by a thread."""
    held = HeldLease(path, lease)
    held.renew()
    thread = threading.Thread(target=held.renew_until_ended, name="lease", daemon=True)
    thread.start()
    try:
        yield held
    finally:
        held.end()
        thread.join()
