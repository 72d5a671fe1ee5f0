"""Slots in which runs train: one per GPU, or one for the CPU; each is a lock beside the runs."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path


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


def dispatcher_lock(folder: Path) -> Path:
    """The lock held by the one dispatcher of `folder`."""
    return folder / ".dispatcher.lock"
