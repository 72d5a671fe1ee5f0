"""Measure peak FLOP/s of this machine, the fraction that training reaches, and reporting's cost."""

import argparse
import statistics
from collections.abc import Callable, Iterator
from itertools import chain, count

import torch
from torch.nn import functional

from fmnist_core.bench.timing import measure_interleaved_rates, median_ratio
from fmnist_core.data import datasets
from fmnist_core.data.datasets import Dataset
from fmnist_core.training import devices
from fmnist_core.training.batches import DeviceData
from fmnist_core.training.loop import Reporter, train_step
from fmnist_core.training.measure_cost import flops_per_image
from fmnist_core.training.precision import select_precision
from fmnist_core.training.presets import PRESETS, get_preset
from fmnist_core.training.recipe import Recipe
from fmnist_core.training.state import TrainingState

PASSES_PER_STEP = 3
"""A backward pass costs two forward passes: one for the inputs and one for the weights."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--recipe", choices=tuple(PRESETS), default="cnn-quick")
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--turn-seconds", type=float, default=2.0)


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Return rates in GFLOP/s (multiply and add count as two), and fractions."""
    torch.set_num_threads(devices.usable_threads())
    recipe = get_preset(arguments.recipe).recipe
    device = devices.select_device(recipe)
    data = datasets.load(recipe.data)
    candidates = {
        "convolution_bfloat16": repeat_convolution(device, torch.bfloat16),
        "convolution_float32": repeat_convolution(device, torch.float32),
        "matrix_product_bfloat16": repeat_matrix_product(device, torch.bfloat16),
        "training": repeat_training(recipe, data, reports=True),
        "training_without_reports": repeat_training(recipe, data, reports=False),
    }
    rates = measure_interleaved_rates(
        candidates, turn_seconds=arguments.turn_seconds, turns=arguments.turns
    )
    return {
        "device": devices.device_name(device),
        "recipe": arguments.recipe,
        "gflops": {name: statistics.median(turns) / 1e9 for name, turns in rates.items()},
        "share_of_convolution": median_ratio(rates["training"], rates["convolution_bfloat16"]),
        "cost_of_reports": 1 - median_ratio(rates["training"], rates["training_without_reports"]),
    }


def repeat_convolution(device: torch.device, dtype: torch.dtype) -> Iterator[int]:
    """Repeat a 3×3 convolution of 128 channels at 14×14, forward and backward; yields its FLOPs."""
    batch, channels, side = 256, 128, 14
    inputs = torch.randn(batch, channels, side, side, device=device, dtype=dtype)
    inputs = inputs.contiguous(memory_format=torch.channels_last).requires_grad_()
    filters = torch.randn(channels, channels, 3, 3, device=device, dtype=dtype, requires_grad=True)
    gradient = torch.randn_like(inputs)
    flops = 2 * batch * side * side * channels * channels * 9 * PASSES_PER_STEP

    def step() -> None:
        functional.conv2d(inputs, filters, padding=1).backward(gradient)
        inputs.grad = filters.grad = None

    return _repeat(step, flops, device)


def repeat_matrix_product(device: torch.device, dtype: torch.dtype) -> Iterator[int]:
    """Repeat a product of 2,048×2,048 matrices; yields its FLOPs."""
    side = 2048
    first, second = (torch.randn(side, side, device=device, dtype=dtype) for _ in range(2))
    return _repeat(lambda: torch.mm(first, second), 2 * side**3, device)


def _repeat(step: Callable[[], object], flops: int, device: torch.device) -> Iterator[int]:
    while True:
        step()
        devices.synchronize(device)
        yield flops


def repeat_training(recipe: Recipe, data: Dataset, *, reports: bool) -> Iterator[int]:
    """Repeat training steps with augmentation and optimizer; yields the model's FLOPs."""
    device = devices.select_device(recipe)
    precision = select_precision(recipe, device)
    state = TrainingState(recipe, DeviceData(data, device), precision=precision)
    state.stopwatch.start()
    reporter = Reporter(state)
    flops = flops_per_image(recipe) * PASSES_PER_STEP * state.batches.batch_size
    for inputs, labels in chain.from_iterable(map(state.batches.epoch_batches, count())):
        train_step(state, inputs, labels)
        if reports and reporter.is_due():
            list(reporter.report())
        yield flops
