"""Seconds to 94%, 95% and 96% on a GPU from scratch: mean of several seeds, data on the device.

A training counts with its validation and final test, warm: kernels of its shapes have run before.
Averaging each image's answer with its mirror image's is told apart.
"""

import argparse
import statistics
from typing import Any

import torch

from fmnist_core.bench import ceiling
from fmnist_core.bench.timing import interleaved_rates
from fmnist_core.data import datasets
from fmnist_core.data.datasets import Dataset
from fmnist_core.errors import RecipeError
from fmnist_core.models.inference import predict, loss_and_accuracy
from fmnist_core.training import devices
from fmnist_core.training.events import FitResult
from fmnist_core.training.loop import fit
from fmnist_core.training.presets import PRESETS, get_preset
from fmnist_core.training.recipe import Recipe
from fmnist_core.training.state import build_model

GOALS = (0.94, 0.95, 0.96)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--recipe", choices=tuple(PRESETS), default="cnn-best")
    parser.add_argument(
        "--epochs", type=int, nargs="+", default=[6, 12, 24, 48], help="whole trainings of each"
    )
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--device", default="cuda", help="cpu only to try the command out")
    parser.add_argument("--train-images", type=int, default=None)


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """A row for each length of training, and seconds to each goal; raises `RecipeError`."""
    if arguments.device != "cpu" and not torch.cuda.is_available():
        raise RecipeError("There is no GPU that torch can use here; bench train measures the CPU.")
    base = get_preset(arguments.recipe).recipe.changed(
        device=arguments.device, train_images=arguments.train_images
    )
    device = devices.select_device(base)
    data = datasets.load(base.data, train_images=base.train_images)
    measure(base.changed(epochs=1), data)  # warms up
    rows = [
        row(base.changed(epochs=epochs), data, seeds=arguments.seeds) for epochs in arguments.epochs
    ]
    return {
        "device": devices.device_name(device),
        "recipe": arguments.recipe,
        "seeds": arguments.seeds,
        "ceiling_gflops": device_ceiling(device),
        "trainings": rows,
        "seconds_to": [reached(rows, goal) for goal in GOALS],
    }


def device_ceiling(device: torch.device) -> dict[str, float]:
    """What the device sustains in bfloat16, in GFLOP/s."""
    contestants = {
        "convolution_bfloat16": ceiling.convolution(device, torch.bfloat16),
        "matrix_product_bfloat16": ceiling.matrix_product(device, torch.bfloat16),
    }
    rates = interleaved_rates(contestants, turn_seconds=1.0, turns=3)
    return {name: statistics.median(turns) / 1e9 for name, turns in rates.items()}


def row(recipe: Recipe, data: Dataset, *, seeds: int) -> dict[str, Any]:
    """Means over the seeds."""
    measured = [measure(recipe.changed(seed=seed), data) for seed in range(seeds)]
    seconds, plain, mirrored = (statistics.mean(column) for column in zip(*measured, strict=True))
    return {
        "epochs": recipe.epochs,
        "seconds": seconds,
        "test_accuracy": plain,
        "lowest": min(accuracy for _, accuracy, _ in measured),
        "with_mirror_images": mirrored,
    }


def measure(recipe: Recipe, data: Dataset) -> tuple[float, float, float]:
    """Seconds of one training, its test accuracy, and that with mirror images averaged in."""
    *_, outcome = fit(recipe, data)
    assert isinstance(outcome, FitResult)
    finished = outcome.finished
    return finished.seconds, finished.test_accuracy, mirrored_accuracy(recipe, outcome, data)


def mirrored_accuracy(recipe: Recipe, outcome: FitResult, data: Dataset) -> float:
    """Test accuracy of the mean of both answers."""
    device = devices.select_device(recipe)
    model = build_model(recipe, device)
    model.load_state_dict(outcome.weights)
    images = torch.from_numpy(data.test_images.copy()).to(device)
    both = [
        predict(model, each, input_spec=recipe.input_spec) for each in (images, images.flip(-1))
    ]
    labels = torch.from_numpy(data.test_labels.copy()).to(device)
    return loss_and_accuracy(torch.stack(both).mean(dim=0), labels)[1]


def reached(rows: list[dict[str, Any]], goal: float) -> dict[str, float | None]:
    """The shortest training whose mean accuracy reaches a goal, with and without mirror images."""
    seconds = {
        name: min((each["seconds"] for each in rows if each[name] >= goal), default=None)
        for name in ("test_accuracy", "with_mirror_images")
    }
    return {"goal": goal, **seconds}
