"""What `nvidia-smi` lists."""

import os
from pathlib import Path

import pytest

from fmnist_core.health_page import gpus

LISTING = """\
0, NVIDIA H100 80GB HBM3, 1524, 81559, 37
1, NVIDIA H100 80GB HBM3, [N/A], 81559, 0
[Insufficient Permissions]
3, NVIDIA T4, 0, 15360, 0
"""


def test_gpus_that_tell_everything_are_listed() -> None:
    first, last = gpus.parse(LISTING)
    assert (first.slot, first.name, first.busy_fraction) == ("0", "NVIDIA H100 80GB HBM3", 0.37)
    assert (first.memory_used, first.memory_total) == (1524 * 2**20, 81559 * 2**20)
    assert last.slot == "3"


@pytest.mark.skipif(os.name == "nt", reason="the program is a shell script")
def test_the_program_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert gpus.find_gpus() == []
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\nprintf '%s' '{LISTING}'\n")
    program.chmod(0o755)
    assert [gpu.slot for gpu in gpus.find_gpus()] == ["0", "3"]
    program.write_text("no program")
    assert gpus.find_gpus() == []
