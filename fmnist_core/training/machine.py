"""What this machine trains on: threads, device, and the precision that is quicker here."""

import json
import os
import platform
import time
from pathlib import Path

import torch
from torch.nn import functional

from fmnist_core import atomic
from fmnist_core.errors import RecipeError
from fmnist_core.paths import cache_folder
from fmnist_core.training.recipe import Recipe

CGROUP_LIMIT = Path("/sys/fs/cgroup/cpu.max")
MEASURE_SECONDS = 0.5
"""Spent on each of the two precisions."""
WORTHWHILE = 1.2
"""bfloat16 has to be this much quicker to be worth its rounding."""


def usable_threads() -> int:
    """Cores this process may use: the affinity mask, cut to the container's limit."""
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    return max(1, min(cores, _container_limit(cores)))


def _container_limit(cores: int) -> int:
    try:
        quota, period = CGROUP_LIMIT.read_text().split()
        return cores if quota == "max" else int(quota) // int(period)
    except (OSError, ValueError):
        return cores


def pick_device(recipe: Recipe) -> torch.device:
    """The device that a recipe trains on; raises `RecipeError` for a GPU that is not there."""
    name = recipe.device
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    device = torch.device(name)
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise RecipeError(
            f"device is '{recipe.device}', and this machine has {torch.cuda.device_count()} "
            "GPU(s) that torch can use; choose auto or cpu."
        )
    return device


def device_title(device: torch.device) -> str:
    """What a person calls it: the GPU's or the processor's name."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"{_processor()}, {usable_threads()} threads"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def pick_precision(recipe: Recipe, device: torch.device) -> str:
    """`float32` or `bfloat16`: what the recipe says, else what was measured quicker here."""
    if recipe.precision != "auto":
        return recipe.precision
    known = _known_precisions()
    key = f"{device_title(device)}, torch {torch.__version__}"
    if key not in known:
        known[key] = quicker_precision(device)
        _keep(known)
    return known[key]


def quicker_precision(device: torch.device) -> str:
    """Time a convolution forwards and backwards in both precisions, for about a second.

    That the type exists says nothing: without native support it is many times slower.
    """
    spent = {torch.float32: 0.0, torch.bfloat16: 0.0}
    best = dict.fromkeys(spent, float("inf"))
    for dtype in best:
        _time_convolution(device, dtype)  # the first call sets up kernels
    while min(spent.values()) < MEASURE_SECONDS and max(spent.values()) < 2 * MEASURE_SECONDS:
        for dtype in best:
            seconds = _time_convolution(device, dtype)
            spent[dtype] += seconds
            best[dtype] = min(best[dtype], seconds)
    ratio = best[torch.float32] / best[torch.bfloat16]
    return "bfloat16" if ratio > WORTHWHILE else "float32"


def _time_convolution(device: torch.device, dtype: torch.dtype) -> float:
    inputs = torch.ones(32, 64, 14, 14, device=device, dtype=dtype)
    inputs = inputs.contiguous(memory_format=torch.channels_last).requires_grad_()
    filters = torch.ones(64, 64, 3, 3, device=device, dtype=dtype, requires_grad=True)
    wait(device)
    start = time.perf_counter()
    functional.conv2d(inputs, filters, padding=1).sum().backward()
    wait(device)
    return time.perf_counter() - start


def wait(device: torch.device) -> None:
    """Until the device has done what it was given, before looking at a clock."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def _precision_file() -> Path:
    return cache_folder() / "precision.json"


def _known_precisions() -> dict[str, str]:
    try:
        known = json.loads(_precision_file().read_text())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _keep(known: dict[str, str]) -> None:
    try:
        _precision_file().parent.mkdir(parents=True, exist_ok=True)
        atomic.write_json(_precision_file(), known)
    except OSError:
        # Measured again next time: a second lost, nothing else.
        return
