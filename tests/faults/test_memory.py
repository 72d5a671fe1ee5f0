"""The published recipe at 224 pixels, on a machine with too little memory for its batch."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fmnist_core import paths

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="only Linux says what a process held at most"
)
BUDGET = 1_200_000_000
"""Bytes beside the model itself; the whole batch of 32 wants three times as much."""
TRAIN = """
import json, os, re
from pathlib import Path
import psutil
from fmnist_core.training import memory
from fmnist_core.training.events import Outcome, Started
from fmnist_core.training.loop import fit
from fmnist_core.training.presets import preset
from fmnist_core.training.cost_estimate import MEMORY_LIMIT
from tests.factories import synthetic_dataset

data = synthetic_dataset(32, 8, 8, seed=1)
recipe = preset("seed-resnet50v2").recipe.changed(
    data="drawn", weights="scratch", input_size=224, earlier_phases="", epochs=1, device="cpu",
    precision="float32", patience=None,
)
free_bytes, held = memory.free_bytes, []

def limited(device):
    held.append(psutil.Process().memory_info().rss)
    os.environ[MEMORY_LIMIT] = f"{(held[0] + BUDGET) / memory.KEPT / 1e6:.0f} MB"
    return free_bytes(device)

memory.free_bytes = limited
events = list(fit(recipe, data))
# Not ru_maxrss: a process begins with that of the one that started it.
peak = 1024 * int(re.search(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())[1])
print(json.dumps({
    "micro_batch": next(event.micro_batch for event in events if isinstance(event, Started)),
    "finished": isinstance(events[-1], Outcome),
    "grown_by": peak - held[0],
}))
"""


def test_trains_in_parts_and_finishes_within_its_budget():
    program = f"BUDGET = {BUDGET}\n{TRAIN}"
    command = [sys.executable, "-W", "ignore", "-c", program]
    ended = subprocess.run(command, cwd=paths.PROJECT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    seen = json.loads(ended.stdout.splitlines()[-1])
    assert seen["finished"]
    assert 2 <= seen["micro_batch"] < 32
    assert seen["grown_by"] < 1.1 * BUDGET
