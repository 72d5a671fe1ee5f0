"""Compare a frozen phase with one pass of its backbone over the same images."""

import argparse
import os
import statistics
import tempfile
import time
from unittest import mock

import torch

from fmnist_core.data import datasets
from fmnist_core.data.datasets import Dataset
from fmnist_core.training import devices
from fmnist_core.training.batches import DeviceData
from fmnist_core.training.events import FitResult
from fmnist_core.training.frozen_features import backbone_features
from fmnist_core.training.loop import fit
from fmnist_core.training.precision import select_precision
from fmnist_core.training.recipe import Recipe
from fmnist_core.training.state import TrainingState


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", default="resnet50")
    parser.add_argument("--input-size", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--images", type=int, default=55_000, help="training images (default all)")
    parser.add_argument("--turns", type=int, default=1)


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Return the seconds of both; the frozen phase includes validation and final test."""
    torch.set_num_threads(devices.usable_threads())
    recipe = Recipe.parse(
        {
            "model": arguments.model,
            "input_size": arguments.input_size,
            "channels": 3,
            "trainable": "head",
            "epochs": arguments.epochs,
            "train_images": arguments.images,
        }
    )
    data = datasets.load(recipe.data, train_images=recipe.train_images)
    passes, phases = [], []
    for _ in range(arguments.turns):
        passes.append(time_backbone_pass(recipe, data))
        phases.append(time_frozen_phase(recipe, data))
    return {
        "device": devices.device_name(devices.select_device(recipe)),
        "model": arguments.model,
        "input_size": arguments.input_size,
        "training_images": len(data.train_labels),
        "epochs": arguments.epochs,
        "one_pass_seconds": statistics.median(passes),
        "frozen_phase_seconds": statistics.median(phases),
        "phase_over_pass": statistics.median(
            phase / single for phase, single in zip(phases, passes, strict=True)
        ),
    }


def time_backbone_pass(recipe: Recipe, data: Dataset) -> float:
    """Time the backbone over every training image once, in the precision of training."""
    device = devices.select_device(recipe)
    precision = select_precision(recipe, device)
    state = TrainingState(recipe, DeviceData(data, device), precision=precision)
    state.model.eval()
    devices.synchronize(device)
    start = time.perf_counter()
    for images in state.data.train_images.split(state.evaluation_batch_size):
        backbone_features(state, images)
    devices.synchronize(device)
    return time.perf_counter() - start


def time_frozen_phase(recipe: Recipe, data: Dataset) -> float:
    """Time a complete training run with a frozen backbone, without features of an earlier run."""
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.dict(os.environ, FMNIST_CACHE_DIR=folder),
    ):
        *_, result = fit(recipe, data)
    assert isinstance(result, FitResult)
    return result.finished.seconds
