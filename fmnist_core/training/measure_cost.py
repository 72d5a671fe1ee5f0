"""Measure what a recipe will cost on this machine, by a few warm-up batches."""

import json
import sys
import time
from itertools import chain, count

import numpy as np
import psutil
import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from fmnist_core.data import datasets
from fmnist_core.data.datasets import Dataset
from fmnist_core.errors import LabError
from fmnist_core.fashion_mnist import IMAGE_SIZE, NUM_CLASSES
from fmnist_core.models.inference import evaluation_batch_size, predict
from fmnist_core.training import devices
from fmnist_core.training.batches import DeviceData
from fmnist_core.training.cost_estimate import CostEstimate, PhaseCost, save_estimate
from fmnist_core.training.loop import fit_into_memory, train_step
from fmnist_core.training.precision import select_precision
from fmnist_core.training.recipe import Recipe
from fmnist_core.training.state import TrainingState, build_model

MEASURE_SECONDS = 1.5
STEP_SECONDS = 1.0
"""What a measured step may take; a larger batch is measured in part."""
FEW_IMAGES = 4
HEAD_RATE = 200_000.0
"""Images per second of a head on features at hand; seen on two cores: 100,000 to 400,000."""
START_SECONDS = 6.0
"""Loading torch and the data, before the first step; seen on two cores: 4 to 8."""


def flops_per_image(recipe: Recipe) -> int:
    """Forward pass of one image, multiply and add counted apart."""
    model = build_model(recipe, torch.device("cpu")).eval()
    input_spec = recipe.input_spec
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        model(torch.zeros(1, input_spec.channels, input_spec.size, input_spec.size))
    total: int = counter.get_total_flops()
    return total


def measure(recipe: Recipe) -> CostEstimate:
    """Train a few steps of each phase on noise of the data set's size and see what they take.

    Raises `RecipeError` for a GPU that is not there, or where nothing fits into memory.
    """
    torch.set_num_threads(devices.usable_threads())
    device = devices.select_device(recipe)
    precision = select_precision(recipe, device)
    state = TrainingState(recipe, DeviceData(_noise(recipe), device), precision=precision)
    sizes = datasets.split_sizes(recipe.data, train_images=recipe.train_images)
    need = fit_into_memory(state)
    per_validation_image = _validation_seconds(state)
    phases = []
    for number in range(len(recipe.phases)):
        state.enter_phase(number)
        phases.append(_phase_cost(state, sizes, per_validation_image))
    return CostEstimate(
        parameters=state.num_parameters,
        flops_per_image=flops_per_image(recipe),
        phases=tuple(phases),
        start_seconds=START_SECONDS + sizes.test * per_validation_image,
        memory_bytes=_process_memory(device) + need.peak(state.micro_batch),
        micro_batch=state.micro_batch,
        device=devices.device_name(device),
        precision=precision,
    )


def _phase_cost(
    state: TrainingState, sizes: datasets.SplitSizes, per_validation_image: float
) -> PhaseCost:
    """Where a phase trains on features that are computed once, that pass is its price."""
    if state.num_views:
        passes = state.num_views * sizes.train + sizes.validation
        return PhaseCost(
            images_per_second=HEAD_RATE,
            seconds_per_epoch=sizes.train / HEAD_RATE,
            seconds_once=passes * per_validation_image,
        )
    rate = _training_rate(state)
    return PhaseCost(
        images_per_second=rate,
        seconds_per_epoch=sizes.train / rate + sizes.validation * per_validation_image,
        seconds_once=0.0,
    )


def _noise(recipe: Recipe) -> Dataset:
    sizes = datasets.split_sizes(recipe.data, train_images=recipe.train_images)
    generator = np.random.default_rng(0)
    shape = (IMAGE_SIZE, IMAGE_SIZE)
    parts: dict[str, np.ndarray] = {}
    for part, size in (("train", sizes.train), ("validation", 1000), ("test", 1)):
        parts[f"{part}_images"] = generator.integers(0, 256, (size, *shape), dtype=np.uint8)
        parts[f"{part}_labels"] = generator.integers(0, NUM_CLASSES, size)
    return Dataset(key=recipe.data, **parts)


def _training_rate(state: TrainingState) -> float:
    """Images per second, augmentation included, after a step that sets up kernels.

    Large models at large sizes are measured on part of a batch: a whole one may take a minute.
    """
    batches = chain.from_iterable(map(state.batches.epoch_batches, count()))
    images, labels = next(batches)
    fewest = min(len(labels), 2 * FEW_IMAGES)
    train_step(state, images[:fewest], labels[:fewest])
    pace = _seconds(state, images[:fewest], labels[:fewest]) / fewest
    num_images = int(min(len(labels), max(fewest, STEP_SECONDS / pace)))
    start, seconds, steps = time.perf_counter(), 0.0, 0
    while time.perf_counter() - start < MEASURE_SECONDS or steps < 2:
        images, labels = next(batches)
        seconds += _seconds(state, images[:num_images], labels[:num_images])
        steps += 1
    return steps * num_images / seconds


def _seconds(state: TrainingState, images: Tensor, labels: Tensor) -> float:
    devices.synchronize(state.device)
    start = time.perf_counter()
    train_step(state, images, labels)
    devices.synchronize(state.device)
    return time.perf_counter() - start


def _validation_seconds(state: TrainingState) -> float:
    """Seconds per image, the second time."""
    images = state.data.validation_images[
        : max(FEW_IMAGES, evaluation_batch_size(state.input_spec.size))
    ]
    for _ in range(2):
        devices.synchronize(state.device)
        start = time.perf_counter()
        with state.autocast():
            predict(
                state.model,
                images,
                input_spec=state.input_spec,
                at_once=state.evaluation_batch_size,
            )
        devices.synchronize(state.device)
        seconds = time.perf_counter() - start
    state.set_training()
    return seconds / len(images)


def _process_memory(device: torch.device) -> int:
    """What the process holds beside the training itself."""
    if device.type == "cuda":
        return torch.cuda.memory_reserved(device)
    return int(psutil.Process().memory_info().rss)


def main() -> None:
    """Measure the recipe that standard input holds as JSON, and keep the estimate."""
    recipe = Recipe.parse(json.load(sys.stdin))
    try:
        save_estimate(recipe, measure(recipe))
    except (LabError, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
