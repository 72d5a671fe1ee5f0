"""Devices: selection, names, threads, autocast and synchronization."""

import os
import platform
from pathlib import Path

import torch

from fmnist_core.errors import RecipeError
from fmnist_core.training.recipe import Recipe

THREADS_VARIABLE = "OMP_NUM_THREADS"
CGROUP_LIMIT = Path("/sys/fs/cgroup/cpu.max")


def usable_threads() -> int:
    """Number of cores this process may use: its affinity mask, the limit of the container, and
    `OMP_NUM_THREADS`, which clusters set to what they have reserved.
    """
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    return max(1, min(cores, _container_limit(cores), _reserved_threads(cores)))


def _reserved_threads(cores: int) -> int:
    value = os.environ.get(THREADS_VARIABLE, "")
    return int(value) if value.isdigit() else cores


def _container_limit(cores: int) -> int:
    try:
        quota, period = CGROUP_LIMIT.read_text().split()
        return cores if quota == "max" else int(quota) // int(period)
    except (OSError, ValueError):
        return cores


def select_device(recipe: Recipe) -> torch.device:
    """Choose the device that a recipe trains on; raises `RecipeError` if its GPU does not exist."""
    name = recipe.device
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    device = torch.device(name)
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise RecipeError(
            f"device is '{recipe.device}', but this machine has {torch.cuda.device_count()} "
            "GPU(s) that torch can use; choose auto or cpu.",
            field="device",
            value=recipe.device,
            allowed=["auto", "cpu"],
        )
    return device


def device_name(device: torch.device) -> str:
    """Name of the GPU, or of the processor with the number of threads."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    threads = usable_threads()
    return f"{_processor()}, {threads} thread{'' if threads == 1 else 's'}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def autocast(device: torch.device, precision: str) -> torch.autocast:
    """Context that runs a model in `bfloat16` where rounding is harmless, or in `float32`."""
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=precision == "bfloat16")


def synchronize(device: torch.device) -> None:
    """Wait until the device has finished its work, before reading a clock."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
