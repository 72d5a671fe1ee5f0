"""Train ResNet50V2 at 224 pixels in BYTES beside the model, and print the memory it took."""

import json
import os
import re
import sys
from pathlib import Path

import psutil

from fmnist_core.training import memory
from fmnist_core.training.cost_estimate import MEMORY_LIMIT
from fmnist_core.training.events import FitResult, Started
from fmnist_core.training.loop import fit
from fmnist_core.training.presets import get_preset
from tests.factories import synthetic_dataset


def main(budget: int) -> None:
    data = synthetic_dataset(32, 8, 8, seed=1)
    recipe = get_preset("seed-resnet50v2").recipe.changed(
        data="drawn",
        weights="scratch",
        input_size=224,
        earlier_phases="",
        epochs=1,
        device="cpu",
        precision="float32",
        patience=None,
    )
    free_bytes, before = memory.free_bytes, []

    def limited(device):
        before.append(psutil.Process().memory_info().rss)
        megabytes = (before[0] + budget) / memory.LIMIT_FRACTION / 1e6
        os.environ[MEMORY_LIMIT] = f"{megabytes:.0f} MB"
        return free_bytes(device)

    memory.free_bytes = limited
    events = list(fit(recipe, data))
    # Not ru_maxrss: a process inherits that of its parent.
    peak = 1024 * int(re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())[1])
    facts = {
        "micro_batch": next(event.micro_batch for event in events if isinstance(event, Started)),
        "finished": isinstance(events[-1], FitResult),
        "growth": peak - before[0],
    }
    print(json.dumps(facts))


if __name__ == "__main__":
    main(int(sys.argv[1]))
