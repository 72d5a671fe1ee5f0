"""Measure what a recipe will cost on this machine, by a few warm-up batches."""

import json
import sys
import time
from itertools import chain, count, islice

import numpy as np
import psutil
import torch
from torch.utils.flop_counter import FlopCounterMode

from fmnist_core.data import datasets
from fmnist_core.data.classes import IMAGE_SIZE, NUM_CLASSES
from fmnist_core.data.datasets import Dataset
from fmnist_core.errors import LabError
from fmnist_core.training import machine
from fmnist_core.training.batches import DeviceData
from fmnist_core.training.estimate import Estimate, keep_estimate
from fmnist_core.training.loop import predict, train_step
from fmnist_core.training.recipe import Recipe
from fmnist_core.training.state import TrainingState, build_model

WARM_UP_STEPS = 3
MEASURE_SECONDS = 1.5
START_SECONDS = 6.0
"""Loading torch and the data, before the first step; seen on two cores: 4 to 8."""


def flops_per_image(recipe: Recipe) -> int:
    """Forward pass of one image, multiply and add counted apart."""
    model = build_model(recipe, torch.device("cpu")).eval()
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        model(torch.zeros(1, 1, IMAGE_SIZE, IMAGE_SIZE))
    total: int = counter.get_total_flops()
    return total


def measure(recipe: Recipe) -> Estimate:
    """Train a few steps on noise of the data set's size and see what they take.

    Raises `RecipeError` for a GPU that is not there.
    """
    torch.set_num_threads(machine.usable_threads())
    device = machine.pick_device(recipe)
    precision = machine.pick_precision(recipe, device)
    state = TrainingState(recipe, DeviceData(_noise(recipe), device), precision=precision)
    images_per_second = _training_rate(state)
    per_validation_image = _validation_seconds(state)
    sizes = datasets.sizes(recipe.data, train_images=recipe.train_images)
    return Estimate(
        parameters=state.num_parameters,
        flops_per_image=flops_per_image(recipe),
        images_per_second=images_per_second,
        seconds_per_epoch=sizes.train / images_per_second + sizes.validation * per_validation_image,
        start_seconds=START_SECONDS + sizes.test * per_validation_image,
        memory_bytes=_peak_memory(device),
        device=machine.device_title(device),
        precision=precision,
    )


def _noise(recipe: Recipe) -> Dataset:
    sizes = datasets.sizes(recipe.data, train_images=recipe.train_images)
    generator = np.random.default_rng(0)
    shape = (IMAGE_SIZE, IMAGE_SIZE)
    parts: dict[str, np.ndarray] = {}
    for part, size in (("train", sizes.train), ("validation", 1000), ("test", 1)):
        parts[f"{part}_images"] = generator.integers(0, 256, (size, *shape), dtype=np.uint8)
        parts[f"{part}_labels"] = generator.integers(0, NUM_CLASSES, size)
    return Dataset(key=recipe.data, **parts)


def _training_rate(state: TrainingState) -> float:
    """Images per second, augmentation included, after the steps that set up kernels."""
    batches = chain.from_iterable(map(state.batches.of_epoch, count()))
    for inputs, labels in islice(batches, WARM_UP_STEPS):
        train_step(state, inputs, labels)
    machine.wait(state.device)
    start, steps = time.perf_counter(), 0
    while time.perf_counter() - start < MEASURE_SECONDS or steps < WARM_UP_STEPS:
        train_step(state, *next(batches))
        steps += 1
        machine.wait(state.device)
    return steps * state.batches.batch_size / (time.perf_counter() - start)


def _validation_seconds(state: TrainingState) -> float:
    """Seconds per image, the second time."""
    images = state.data.validation_images
    for _ in range(2):
        machine.wait(state.device)
        start = time.perf_counter()
        with state.autocast():
            predict(state.model, images)
        machine.wait(state.device)
        seconds = time.perf_counter() - start
    return seconds / len(images)


def _peak_memory(device: torch.device) -> int:
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    memory = psutil.Process().memory_info()
    return int(getattr(memory, "peak_wset", 0) or _peak_resident() or memory.rss)


def _peak_resident() -> int:
    """What the kernel says this process held at most; 0 where it does not say."""
    try:
        import resource
    except ImportError:
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def main() -> None:
    """Measure the recipe that standard input holds as JSON, and keep the estimate."""
    recipe = Recipe.parse(json.load(sys.stdin))
    try:
        keep_estimate(recipe, measure(recipe))
    except (LabError, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
