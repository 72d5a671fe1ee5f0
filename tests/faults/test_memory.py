"""The published recipe at 224 pixels, on a machine with too little memory for its batch."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fmnist_core import paths

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="only Linux reports a process's peak memory"
)
BUDGET = 1_200_000_000
"""Bytes beside the model itself; the whole batch of 32 needs three times as much."""


def test_trains_in_parts_and_finishes_within_its_budget():
    command = [sys.executable, "-W", "ignore", "-m", "tests.faults.train_in_little_memory"]
    ended = subprocess.run(
        [*command, str(BUDGET)], cwd=paths.PROJECT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    facts = json.loads(ended.stdout.splitlines()[-1])
    assert facts["finished"]
    assert 2 <= facts["micro_batch"] < 32
    assert facts["growth"] < 1.1 * BUDGET
