"""How busy the GPUs are, as NVIDIA's own program tells."""

import csv
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

TIMEOUT_SECONDS = 10
FIELDS = ("index", "name", "memory.used", "memory.total", "utilization.gpu")
MEBIBYTE = 2**20


@dataclass(frozen=True, kw_only=True)
class Gpu:
    """One GPU."""

    slot: str
    """Its index, which is also the name of its slot."""
    name: str
    memory_used: int
    """Bytes, of all programs."""
    memory_total: int
    busy_fraction: float
    """From 0 to 1: how much of the last second it has computed."""


def find_gpus() -> list[Gpu]:
    """The GPUs that the driver lists; none without a driver."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return []
    command = [program, f"--query-gpu={','.join(FIELDS)}", "--format=csv,noheader,nounits"]
    try:
        listing = subprocess.run(
            command, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):  # a driver that hangs must not take the page along
        return []
    return list(parse(listing.stdout))


def parse(listing: str) -> Iterator[Gpu]:
    """Read the lines of `nvidia-smi`; a GPU that does not tell everything is left out."""
    for row in csv.reader(listing.splitlines(), skipinitialspace=True):
        with suppress(ValueError):
            slot, name, used, total, busy = row
            yield Gpu(
                slot=slot,
                name=name,
                memory_used=int(used) * MEBIBYTE,
                memory_total=int(total) * MEBIBYTE,
                busy_fraction=int(busy) / 100,
            )
