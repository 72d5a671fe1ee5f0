"""Slots in which runs train: one per GPU, or one for the CPU; each is a lock beside the runs."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

from filelock import FileLock


@cache
def slot_names() -> tuple[str, ...]:
    """`("cpu",)` or `("0", "1")`: the value of `CUDA_VISIBLE_DEVICES` in each slot."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        names = tuple(name for name in visible.split(",") if name.strip() not in ("", "-1"))
        return names or ("cpu",)
    return tuple(str(index) for index in range(count_gpus())) or ("cpu",)


def count_gpus() -> int:
    """Count the GPUs that the driver lists, without loading torch."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return 0
    listing = subprocess.run(
        [program, "-L"], capture_output=True, text=True, timeout=20, check=False
    )
    return sum(line.startswith("GPU ") for line in listing.stdout.splitlines())


def slot_lock(folder: Path, slot: str) -> Path:
    """The lock held by the worker that trains in this slot."""
    return folder / f".slot-{slot}.lock"


@contextmanager
def hold(folder: Path, slots: str, *, timeout: float) -> Iterator[None]:
    """Hold the lock of a slot, or of several with commas between; raises `Timeout` if one is taken.

    A run with several workers has several.
    """
    with ExitStack() as held:
        for slot in slots.split(","):
            held.enter_context(FileLock(slot_lock(folder, slot)).acquire(timeout=timeout))
        yield


def dispatcher_lock(folder: Path) -> Path:
    """The lock held by the one dispatcher of `folder`."""
    return folder / ".dispatcher.lock"
