"""Compare a search by Optuna's TPE and pruner with random search of the same time."""

import argparse
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fmnist_core.cli import search as search_commands
from fmnist_core.runs.run import Run
from fmnist_core.search import searches
from fmnist_core.search.dimensions import usual_dimension
from fmnist_core.search.searches import Search, SearchSpec, TrialState
from fmnist_core.training.presets import get_preset

FIELDS = ("learning_rate", "batch_size", "weight_decay", "dropout", "label_smoothing")
METHODS: dict[str, dict[str, Any]] = {
    "TPE, pruned": {"sampler": "tpe", "prunes": True},
    "random": {"sampler": "random", "prunes": False},
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--recipe", default="cnn-quick")
    parser.add_argument(
        "--images", type=int, default=10_000, help="training images (default 10000)"
    )
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--minutes", type=float, default=4.0, help="training time of each search")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Return for each method and seed the best trial and what came of it, in turn."""
    rows = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for seed in arguments.seeds:
            for method, options in METHODS.items():
                spec = _spec(arguments, seed, options)
                search = searches.start_search(spec, folder=Path(folder))
                search_commands.follow(search)
                rows.append({"method": method, "seed": seed, **_facts(search)})
    return {
        "searches": rows,
        **{
            f"mean best accuracy, {method}": _mean(rows, method, "validation accuracy")
            for method in METHODS
        },
    }


def _spec(arguments: argparse.Namespace, seed: int, options: dict[str, Any]) -> SearchSpec:
    recipe = get_preset(arguments.recipe).recipe.changed(
        train_images=arguments.images, epochs=arguments.epochs
    )
    return SearchSpec(
        name=f"seed {seed}",
        preset=arguments.recipe,
        recipe=recipe,
        dimensions=tuple(usual_dimension(field, recipe) for field in FIELDS),
        minutes=arguments.minutes,
        seed=seed,
        **options,
    )


def _facts(search: Search) -> dict[str, object]:
    progress = search.progress()
    best = next(trial for trial in progress.ranked if trial.state is TrialState.COMPLETE)
    first = progress.trials[0]
    report = Run(search.runs_folder / best.run).report()
    return {
        "trials": len(progress.trials),
        "stopped early": sum(trial.state is TrialState.PRUNED for trial in progress.trials),
        "preset": first.accuracy,
        "validation accuracy": best.accuracy,
        "test accuracy": report.test_accuracy,
        "best trial": best.number + 1,
    }


def _mean(rows: Sequence[dict[str, Any]], method: str, key: str) -> float:
    return statistics.mean(row[key] for row in rows if row["method"] == method)
