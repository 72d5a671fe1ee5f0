"""This loop against the PyTorch tutorial's, side by side in one process, on real Fashion-MNIST."""

import argparse
import itertools
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import torch

from fmnist_core.bench import pytorch_tutorial
from fmnist_core.bench.timing import interleaved_rates, median_ratio
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
"""Each is a whole training with its own schedule, as `--set epochs=N` gives it."""
TUTORIAL_TESTS_PER_EPOCH = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", choices=tuple(EPOCHS), default="cnn")
    parser.add_argument("--seeds", type=int, default=5, help="trainings per figure (default 5)")
    parser.add_argument("--turns", type=int, default=5, help="turns of each loop (default 5)")
    parser.add_argument("--turn-seconds", type=float, default=4.0)
    parser.add_argument(
        "--tutorial-seconds", type=float, default=300.0, help="how long the tutorial may try"
    )
    parser.add_argument("--only-rates", action="store_true", help="images per second, no accuracy")


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Images per second of all, and seconds to each accuracy; ratios are ours over theirs."""
    torch.set_num_threads(devices.usable_threads())
    data = datasets.load("fashion-mnist")
    recipe = get_preset(f"{arguments.model}-quick").recipe
    with tempfile.TemporaryDirectory() as folder:
        root = pytorch_tutorial.lay_out(Path(folder))
        figures: dict[str, object] = {
            "device": devices.device_name(devices.select_device(recipe)),
            "model": arguments.model,
            "images_per_second": compare_rates(arguments, recipe, data, root),
        }
        if not arguments.only_rates:
            ours = our_trainings(arguments, recipe, data)
            theirs = tutorial_seconds(arguments, data, root)
            figures["ours"] = ours
            figures["seconds_to"] = seconds_to(ours, theirs)
    return figures


def compare_rates(
    arguments: argparse.Namespace, recipe: Recipe, data: Dataset, root: Path
) -> dict[str, float]:
    """Medians over the turns, and ratios turn by turn."""
    spec = get_model_spec(arguments.model)
    rates = interleaved_rates(
        {
            "ours": endless(recipe, data),
            "tutorial": pytorch_tutorial.train(spec.build(), root, tuned=False),
            "tutorial_tuned": pytorch_tutorial.train(spec.build(), root, tuned=True),
        },
        turn_seconds=arguments.turn_seconds,
        turns=arguments.turns,
    )
    medians = {name: statistics.median(figures) for name, figures in rates.items()}
    return medians | {
        "ratio_to_tutorial": median_ratio(rates["ours"], rates["tutorial"]),
        "ratio_to_tutorial_tuned": median_ratio(rates["ours"], rates["tutorial_tuned"]),
    }


def endless(recipe: Recipe, data: Dataset) -> Iterator[int]:
    """Our loop as a contestant: validation, reports and all."""
    for seed in itertools.count():
        done = 0
        for event in fit(recipe.changed(epochs=200, seed=seed), data):
            if isinstance(event, Step):
                images = event.step * recipe.batch_size
                yield images - done
                done = images


def our_trainings(
    arguments: argparse.Namespace, recipe: Recipe, data: Dataset
) -> list[dict[str, float]]:
    """Mean test accuracy and seconds of whole trainings, by their number of epochs."""
    rows = []
    for epochs in EPOCHS[arguments.model]:
        outcomes = [
            last_event(recipe.changed(epochs=epochs, seed=seed), data)
            for seed in range(arguments.seeds)
        ]
        accuracies = [outcome.finished.test_accuracy for outcome in outcomes]
        rows.append(
            {
                "epochs": epochs,
                "seconds": statistics.mean(outcome.finished.seconds for outcome in outcomes),
                "test_accuracy": statistics.mean(accuracies),
                "lowest": min(accuracies),
                "highest": max(accuracies),
            }
        )
    return rows


def last_event(recipe: Recipe, data: Dataset) -> FitResult:
    """Train to the end."""
    *_, outcome = fit(recipe, data)
    assert isinstance(outcome, FitResult)
    return outcome


def tutorial_seconds(
    arguments: argparse.Namespace, data: Dataset, root: Path
) -> dict[str, dict[float, float | None]]:
    """Seconds until each goal is first seen on the test set; testing is not counted."""
    return {
        name: first_seen(arguments, data, root, tuned=name == "tutorial_tuned")
        for name in ("tutorial", "tutorial_tuned")
    }


def first_seen(
    arguments: argparse.Namespace, data: Dataset, root: Path, *, tuned: bool
) -> dict[float, float | None]:
    """One training of the tutorial's loop, tested four times an epoch."""
    torch.manual_seed(0)
    model = get_model_spec(arguments.model).build()
    images = torch.from_numpy(data.test_images.copy())
    labels = torch.from_numpy(data.test_labels)
    seen: dict[float, float | None] = dict.fromkeys(GOALS)
    steps = pytorch_tutorial.train(model, root, tuned=tuned)
    seconds = 0.0
    while seconds < arguments.tutorial_seconds and None in seen.values():
        start = time.perf_counter()
        done = 0
        while done < 60_000 // TUTORIAL_TESTS_PER_EPOCH:
            done += next(steps)
        seconds += time.perf_counter() - start
        accuracy = pytorch_tutorial.test_accuracy(model, images, labels)
        for goal in GOALS:
            if seen[goal] is None and accuracy >= goal:
                seen[goal] = seconds
    return seen


def seconds_to(
    ours: list[dict[str, float]], theirs: dict[str, dict[float, float | None]]
) -> list[dict[str, float | None]]:
    """A row for each goal: ours is the shortest training whose mean accuracy reaches it."""
    rows = []
    for goal in GOALS:
        reached = [row["seconds"] for row in ours if row["test_accuracy"] >= goal]
        row: dict[str, float | None] = {"goal": goal, "ours": min(reached, default=None)}
        rows.append(row | {name: seen[goal] for name, seen in theirs.items()})
    return rows
