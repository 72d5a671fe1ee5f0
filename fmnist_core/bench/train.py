"""Compare our training loop with the PyTorch tutorial's, interleaved in one process."""

import argparse
import itertools
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import torch

from fmnist_core.bench import pytorch_tutorial
from fmnist_core.bench.timing import measure_interleaved_rates, median_ratio
from fmnist_core.data import datasets
from fmnist_core.data.datasets import Dataset
from fmnist_core.models.registry import get_model_spec
from fmnist_core.training import devices
from fmnist_core.training.events import FitResult, Step
from fmnist_core.training.loop import fit
from fmnist_core.training.presets import get_preset
from fmnist_core.training.recipe import Recipe

GOALS = (0.88, 0.885, 0.90, 0.92, 0.93)
EPOCHS = {"mlp": (2, 4, 8), "cnn": (1, 4, 6)}
"""Lengths of complete training runs, each with its own schedule, as with `--set epochs=N`."""
TUTORIAL_TESTS_PER_EPOCH = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", choices=tuple(EPOCHS), default="cnn")
    parser.add_argument("--seeds", type=int, default=5, help="training runs per mean (default 5)")
    parser.add_argument("--turns", type=int, default=5, help="turns of each loop (default 5)")
    parser.add_argument("--turn-seconds", type=float, default=4.0)
    parser.add_argument(
        "--tutorial-seconds", type=float, default=300.0, help="time limit of the tutorial's loops"
    )
    parser.add_argument(
        "--only-rates", action="store_true", help="measure images per second only, not accuracy"
    )


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Return images per second, and seconds to each accuracy; ratios are ours over theirs."""
    torch.set_num_threads(devices.usable_threads())
    data = datasets.load("fashion-mnist")
    recipe = get_preset(f"{arguments.model}-quick").recipe
    with tempfile.TemporaryDirectory() as folder:
        root = pytorch_tutorial.write_data_set(Path(folder))
        results: dict[str, object] = {
            "device": devices.device_name(devices.select_device(recipe)),
            "model": arguments.model,
            "images_per_second": compare_rates(arguments, recipe, data, root),
        }
        if not arguments.only_rates:
            ours = train_ours(arguments, recipe, data)
            theirs = train_tutorials(arguments, data, root)
            results["ours"] = ours
            results["seconds_to"] = compare_seconds_to_goals(ours, theirs)
    return results


def compare_rates(
    arguments: argparse.Namespace, recipe: Recipe, data: Dataset, root: Path
) -> dict[str, float]:
    """Measure images per second: medians over the turns, and medians of the ratios per turn."""
    spec = get_model_spec(arguments.model)
    rates = measure_interleaved_rates(
        {
            "ours": train_repeatedly(recipe, data),
            "tutorial": pytorch_tutorial.train(spec.build(), root, tuned=False),
            "tutorial_tuned": pytorch_tutorial.train(spec.build(), root, tuned=True),
        },
        turn_seconds=arguments.turn_seconds,
        turns=arguments.turns,
    )
    medians = {name: statistics.median(values) for name, values in rates.items()}
    return medians | {
        "ratio_to_tutorial": median_ratio(rates["ours"], rates["tutorial"]),
        "ratio_to_tutorial_tuned": median_ratio(rates["ours"], rates["tutorial_tuned"]),
    }


def train_repeatedly(recipe: Recipe, data: Dataset) -> Iterator[int]:
    """Run our loop, including validation and reports; yields numbers of images."""
    for seed in itertools.count():
        num_done = 0
        for event in fit(recipe.changed(epochs=200, seed=seed), data):
            if isinstance(event, Step):
                num_images = event.step * recipe.batch_size
                yield num_images - num_done
                num_done = num_images


def train_ours(
    arguments: argparse.Namespace, recipe: Recipe, data: Dataset
) -> list[dict[str, float]]:
    """Mean test accuracy and seconds of complete training runs, by number of epochs."""
    rows = []
    for epochs in EPOCHS[arguments.model]:
        results = [
            train_once(recipe.changed(epochs=epochs, seed=seed), data)
            for seed in range(arguments.seeds)
        ]
        accuracies = [result.finished.test_accuracy for result in results]
        rows.append(
            {
                "epochs": epochs,
                "seconds": statistics.mean(result.finished.seconds for result in results),
                "test_accuracy": statistics.mean(accuracies),
                "lowest": min(accuracies),
                "highest": max(accuracies),
            }
        )
    return rows


def train_once(recipe: Recipe, data: Dataset) -> FitResult:
    """Train to the end and return the result."""
    *_, result = fit(recipe, data)
    assert isinstance(result, FitResult)
    return result


def train_tutorials(
    arguments: argparse.Namespace, data: Dataset, root: Path
) -> dict[str, dict[float, float | None]]:
    """Seconds until each goal is first reached on the test set, not counting the tests."""
    return {
        name: train_tutorial(arguments, data, root, tuned=name == "tutorial_tuned")
        for name in ("tutorial", "tutorial_tuned")
    }


def train_tutorial(
    arguments: argparse.Namespace, data: Dataset, root: Path, *, tuned: bool
) -> dict[float, float | None]:
    """Train with the tutorial's loop and test four times per epoch."""
    torch.manual_seed(0)
    model = get_model_spec(arguments.model).build()
    images = torch.from_numpy(data.test_images.copy())
    labels = torch.from_numpy(data.test_labels)
    reached: dict[float, float | None] = dict.fromkeys(GOALS)
    steps = pytorch_tutorial.train(model, root, tuned=tuned)
    seconds = 0.0
    while seconds < arguments.tutorial_seconds and None in reached.values():
        start = time.perf_counter()
        num_done = 0
        while num_done < 60_000 // TUTORIAL_TESTS_PER_EPOCH:
            num_done += next(steps)
        seconds += time.perf_counter() - start
        accuracy = pytorch_tutorial.test_accuracy(model, images, labels)
        for goal in GOALS:
            if reached[goal] is None and accuracy >= goal:
                reached[goal] = seconds
    return reached


def compare_seconds_to_goals(
    ours: list[dict[str, float]], theirs: dict[str, dict[float, float | None]]
) -> list[dict[str, float | None]]:
    """A row for each goal; ours is the shortest training run whose mean accuracy reaches it."""
    rows = []
    for goal in GOALS:
        our_seconds = [row["seconds"] for row in ours if row["test_accuracy"] >= goal]
        row: dict[str, float | None] = {"goal": goal, "ours": min(our_seconds, default=None)}
        rows.append(row | {name: reached[goal] for name, reached in theirs.items()})
    return rows
