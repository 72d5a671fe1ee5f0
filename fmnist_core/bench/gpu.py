"""Measure seconds to 94%, 95% and 96% from scratch on a GPU, as a mean over several seeds.

Times include validation and final test; the data is on the device and kernels are warmed up.
Averaging the predictions for each image and its mirror image is reported separately.
"""

import argparse
import statistics
from typing import Any

import torch

from fmnist_core.bench import ceiling
from fmnist_core.bench.timing import measure_interleaved_rates
from fmnist_core.data import datasets
from fmnist_core.data.datasets import Dataset
from fmnist_core.errors import RecipeError
from fmnist_core.models.inference import loss_and_accuracy, predict_probabilities
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
        "--epochs",
        type=int,
        nargs="+",
        default=[6, 12, 24, 48],
        help="lengths of complete training runs",
    )
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--device", default="cuda", help="use cpu only to try out the command")
    parser.add_argument("--train-images", type=int, default=None)


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Return a row per number of epochs, and seconds to each goal; raises `RecipeError`."""
    if arguments.device != "cpu" and not torch.cuda.is_available():
        raise RecipeError(
            "No GPU that torch can use was found; run `bench train` to measure the CPU."
        )
    base = get_preset(arguments.recipe).recipe.changed(
        device=arguments.device, train_images=arguments.train_images
    )
    device = devices.select_device(base)
    data = datasets.load(base.data, train_images=base.train_images)
    train_once(base.changed(epochs=1), data)  # warm-up
    rows = [
        train_with_seeds(base.changed(epochs=epochs), data, seeds=arguments.seeds)
        for epochs in arguments.epochs
    ]
    return {
        "device": devices.device_name(device),
        "recipe": arguments.recipe,
        "seeds": arguments.seeds,
        "ceiling_gflops": measure_ceiling(device),
        "trainings": rows,
        "seconds_to": [shortest_to_goal(rows, goal) for goal in GOALS],
    }


def measure_ceiling(device: torch.device) -> dict[str, float]:
    """Measure the peak rate of the device in bfloat16, in GFLOP/s."""
    candidates = {
        "convolution_bfloat16": ceiling.repeat_convolution(device, torch.bfloat16),
        "matrix_product_bfloat16": ceiling.repeat_matrix_product(device, torch.bfloat16),
    }
    rates = measure_interleaved_rates(candidates, turn_seconds=1.0, turns=3)
    return {name: statistics.median(turns) / 1e9 for name, turns in rates.items()}


def train_with_seeds(recipe: Recipe, data: Dataset, *, seeds: int) -> dict[str, Any]:
    """Train with each seed and return the means."""
    runs = [train_once(recipe.changed(seed=seed), data) for seed in range(seeds)]
    seconds, accuracy, mirrored = (statistics.mean(column) for column in zip(*runs, strict=True))
    return {
        "epochs": recipe.epochs,
        "seconds": seconds,
        "test_accuracy": accuracy,
        "lowest": min(accuracy for _, accuracy, _ in runs),
        "with_mirror_images": mirrored,
    }


def train_once(recipe: Recipe, data: Dataset) -> tuple[float, float, float]:
    """Train once; return seconds, test accuracy, and test accuracy with mirrored predictions."""
    *_, result = fit(recipe, data)
    assert isinstance(result, FitResult)
    finished = result.finished
    return finished.seconds, finished.test_accuracy, mirrored_accuracy(recipe, result, data)


def mirrored_accuracy(recipe: Recipe, result: FitResult, data: Dataset) -> float:
    """Test accuracy of predictions averaged over each image and its mirror image."""
    device = devices.select_device(recipe)
    model = build_model(recipe, device)
    model.load_state_dict(result.weights)
    images = torch.from_numpy(data.test_images.copy()).to(device)
    probabilities = [
        predict_probabilities(model, batch, input_spec=recipe.input_spec)
        for batch in (images, images.flip(-1))
    ]
    labels = torch.from_numpy(data.test_labels.copy()).to(device)
    return loss_and_accuracy(torch.stack(probabilities).mean(dim=0), labels)[1]


def shortest_to_goal(rows: list[dict[str, Any]], goal: float) -> dict[str, float | None]:
    """Find the shortest training run that reaches `goal` on average, with and without mirroring."""
    seconds = {
        name: min((row["seconds"] for row in rows if row[name] >= goal), default=None)
        for name in ("test_accuracy", "with_mirror_images")
    }
    return {"goal": goal, **seconds}
