"""Measure what a recipe costs on this machine, with a few warm-up batches."""

import json
import sys
import time
from itertools import chain, count

import numpy as np
import psutil
import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from fmnist_core.data import datasets
from fmnist_core.data.datasets import Dataset
from fmnist_core.errors import LabError
from fmnist_core.fashion_mnist import IMAGE_SIZE, NUM_CLASSES
from fmnist_core.models.inference import evaluation_batch_size, predict_probabilities
from fmnist_core.training import devices
from fmnist_core.training.batches import DeviceData
from fmnist_core.training.cost_estimate import CostEstimate, PhaseCost, save_estimate
from fmnist_core.training.loop import fit_into_memory, train_step
from fmnist_core.training.precision import select_precision
from fmnist_core.training.recipe import Recipe
from fmnist_core.training.state import TrainingState, build_model

MEASURE_SECONDS = 1.5
STEP_SECONDS = 1.0
"""Longest measured step; of a batch that would take longer, only a part is measured."""
MIN_IMAGES = 4
HEAD_RATE = 200_000.0
"""Images per second of a head on cached features; measured on two cores: 100,000 to 400,000."""
START_SECONDS = 6.0
"""For loading torch and the data before the first step; measured on two cores: 4 to 8."""


def flops_per_image(recipe: Recipe) -> int:
    """FLOPs of one image's forward pass; a multiply-add counts as two.

    Attention runs without its fused kernel, whose products torch's counter leaves out on a CPU
    (torch 2.14).
    """
    model = build_model(recipe, torch.device("cpu")).eval()
    input_spec = recipe.input_spec
    with (
        sdpa_kernel(SDPBackend.MATH),
        FlopCounterMode(display=False) as counter,
        torch.inference_mode(),
    ):
        model(torch.zeros(1, input_spec.channels, input_spec.size, input_spec.size))
    total: int = counter.get_total_flops()
    return total


def measure(recipe: Recipe) -> CostEstimate:
    """Time a few training steps of each phase, on noise with the size of the data set.

    Raises `RecipeError` if the GPU does not exist, or if nothing fits into memory.
    """
    torch.set_num_threads(devices.usable_threads())
    device = devices.select_device(recipe)
    precision = select_precision(recipe, device)
    state = TrainingState(recipe, DeviceData(_noise(recipe), device), precision=precision)
    sizes = datasets.split_sizes(recipe.data, train_images=recipe.train_images)
    memory_model = fit_into_memory(state)
    seconds_per_validation_image = _validation_seconds(state)
    phases = []
    for number in range(len(recipe.phases)):
        state.enter_phase(number)
        phases.append(_phase_cost(state, sizes, seconds_per_validation_image))
    return CostEstimate(
        parameters=state.num_parameters,
        flops_per_image=flops_per_image(recipe),
        phases=tuple(phases),
        start_seconds=START_SECONDS + sizes.test * seconds_per_validation_image,
        memory_bytes=_process_memory(device) + memory_model.peak(state.micro_batch_size),
        micro_batch=state.micro_batch_size,
        device=devices.device_name(device),
        precision=precision,
    )


def _phase_cost(
    state: TrainingState, sizes: datasets.SplitSizes, seconds_per_validation_image: float
) -> PhaseCost:
    """Cost of the current phase; with cached features it is mostly that of computing them."""
    if state.num_views:
        num_images = state.num_views * sizes.train + sizes.validation
        return PhaseCost(
            images_per_second=HEAD_RATE,
            seconds_per_epoch=sizes.train / HEAD_RATE,
            seconds_once=num_images * seconds_per_validation_image,
        )
    images_per_second = _training_speed(state)
    return PhaseCost(
        images_per_second=images_per_second,
        seconds_per_epoch=sizes.train / images_per_second
        + sizes.validation * seconds_per_validation_image,
        seconds_once=0.0,
    )


def _noise(recipe: Recipe) -> Dataset:
    sizes = datasets.split_sizes(recipe.data, train_images=recipe.train_images)
    generator = np.random.default_rng(0)
    shape = (IMAGE_SIZE, IMAGE_SIZE)
    arrays: dict[str, np.ndarray] = {}
    for split, size in (("train", sizes.train), ("validation", 1000), ("test", 1)):
        arrays[f"{split}_images"] = generator.integers(0, 256, (size, *shape), dtype=np.uint8)
        arrays[f"{split}_labels"] = generator.integers(0, NUM_CLASSES, size)
    return Dataset(key=recipe.data, **arrays)


def _training_speed(state: TrainingState) -> float:
    """Images per second including augmentation, after a step that sets up kernels.

    Large models at large sizes are timed on part of a batch: a whole one may take a minute.
    """
    batches = chain.from_iterable(map(state.batches.epoch_batches, count()))
    images, labels = next(batches)
    min_images = min(len(labels), 2 * MIN_IMAGES)
    train_step(state, images[:min_images], labels[:min_images])
    seconds_per_image = _step_seconds(state, images[:min_images], labels[:min_images]) / min_images
    num_images = int(min(len(labels), max(min_images, STEP_SECONDS / seconds_per_image)))
    start, seconds, steps = time.perf_counter(), 0.0, 0
    while time.perf_counter() - start < MEASURE_SECONDS or steps < 2:
        images, labels = next(batches)
        seconds += _step_seconds(state, images[:num_images], labels[:num_images])
        steps += 1
    return steps * num_images / seconds


def _step_seconds(state: TrainingState, images: Tensor, labels: Tensor) -> float:
    devices.synchronize(state.device)
    start = time.perf_counter()
    train_step(state, images, labels)
    devices.synchronize(state.device)
    return time.perf_counter() - start


def _validation_seconds(state: TrainingState) -> float:
    """Seconds per image, measured in the second of two passes."""
    images = state.data.validation_images[
        : max(MIN_IMAGES, evaluation_batch_size(state.input_spec.size))
    ]
    for _ in range(2):
        devices.synchronize(state.device)
        start = time.perf_counter()
        with state.autocast():
            predict_probabilities(
                state.model,
                images,
                input_spec=state.input_spec,
                batch_size=state.evaluation_batch_size,
            )
        devices.synchronize(state.device)
        seconds = time.perf_counter() - start
    state.set_training_mode()
    return seconds / len(images)


def _process_memory(device: torch.device) -> int:
    """Bytes that the process uses apart from training itself."""
    if device.type == "cuda":
        return torch.cuda.memory_reserved(device)
    return int(psutil.Process().memory_info().rss)


def main() -> None:
    """Measure the recipe given on standard input as JSON, and store the estimate."""
    recipe = Recipe.parse(json.load(sys.stdin))
    try:
        save_estimate(recipe, measure(recipe))
    except (LabError, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
