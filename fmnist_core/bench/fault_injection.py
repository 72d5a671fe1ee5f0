"""Break a process at a chosen write, allocation or moment; only for processes of their own.

Python reports each file that is opened for writing, each rename, each new folder and each deletion
to audit hooks (PEP 578) before it happens. A hook cannot be removed again.
"""

import errno
import itertools
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND
CHANGES = ("os.rename", "os.mkdir", "os.remove", "os.rmdir")
"""Audit events of changes to a folder."""
MAX_SPARE_BYTES = 20_000
"""What still fits on a full disk, at most."""

OnWrite = Callable[[str, Path], None]
"""Called with the audit event and the path."""


def watch_writes(folder: Path, on_write: OnWrite) -> None:
    """Call `on_write` before each change to a file in `folder`."""
    prefix = f"{folder}{os.sep}"

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            is_write = isinstance(path, str | os.PathLike) and bool(flags & WRITE_FLAGS)
        elif event in CHANGES:
            path, is_write = arguments[0], True
        else:
            return
        if is_write and os.fspath(path).startswith(prefix):
            on_write(event, Path(path))

    sys.addaudithook(hook)


class Countdown:
    """Counts writes, and calls `action` before the one with the number `at`, from 1."""

    def __init__(self, at: int, action: OnWrite, *, goes_on: bool = False) -> None:
        self.count = 0
        self._at, self._action, self._goes_on = at, action, goes_on

    def __call__(self, event: str, path: Path) -> None:
        self.count += 1
        if self.count == self._at or (self._goes_on and self.count > self._at):
            self._action(event, path)


def count_writes(folder: Path, result: Path) -> None:
    """Write the number of this process's writes so far to a file, before each of them."""
    numbers = itertools.count(1)

    def count(_: str, path: Path) -> None:
        if path != result:
            result.write_text(str(next(numbers)))

    watch_writes(folder, count)


def die_at_write(folder: Path, at: int) -> None:
    """Kill this process before its write number `at`."""
    watch_writes(folder, Countdown(at, lambda *_: os.kill(os.getpid(), signal.SIGKILL)))


def fill_disk_at_write(folder: Path, at: int, spare: int | None) -> None:
    """From write number `at` on, the disk is full.

    The first file still gets `spare` bytes; `None` lets no file be opened for writing at all.
    """
    left = [spare or 0]

    def refuse(event: str, path: Path) -> None:
        if event in ("os.rename", "os.remove", "os.rmdir"):
            return  # these need no space
        if spare is None or event == "os.mkdir":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        _limit_file_size(_size(path) + left.pop() if left else _size(path))

    watch_writes(folder, Countdown(at, refuse, goes_on=True))


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0


def _limit_file_size(num_bytes: int) -> None:
    """Let no write make a file longer than this; what fits is written."""
    import resource  # not on Windows

    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (num_bytes, hard))


class AllocatorLimit(TorchDispatchMode):
    """A device whose memory runs out.

    No tensor may take more than `max_bytes`, and the allocations with these numbers fail.
    """

    def __init__(self, *, max_bytes: int | None = None, failing: frozenset[int] = frozenset()):
        super().__init__()
        self.count = 0
        self._max_bytes, self._failing = max_bytes, failing

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:  # (torch's signature)
        result = func(*args, **(kwargs or {}))
        if isinstance(result, torch.Tensor):
            self.count += 1
            is_too_large = self._max_bytes is not None and result.nbytes > self._max_bytes
            if is_too_large or self.count in self._failing:
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return result


def set_clock(offset: timedelta) -> Callable[[], None]:
    """Let `datetime.now` in all loaded modules of this program be `offset` from the real time.

    Return a function that sets it right again.
    """

    class ShiftedClock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + offset

    modules = [
        module
        for name, module in list(sys.modules.items())
        if name.startswith("fmnist_core.") and vars(module).get("datetime") is datetime
    ]
    modules.remove(sys.modules[__name__])

    def set_all(clock: type[datetime]) -> None:
        for module in modules:
            module.datetime = clock  # type: ignore[attr-defined]

    set_all(ShiftedClock)
    return partial(set_all, datetime)


def spare_bytes(rng: Random) -> int | None:
    """How much still fits on a full disk; half the time, no file can be created either."""
    return rng.choice([None, 0, rng.randint(1, MAX_SPARE_BYTES)])
