"""The leaderboard as a table that a teacher can grade from: one row per run, numbers as numbers."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from fmnist_core import csv_export
from fmnist_core.evaluation.significance import accuracy_interval
from fmnist_core.runs.report import ClassMetrics
from fmnist_core.runs.summary import RunSummary
from fmnist_core.training.latency import load_latency
from fmnist_core.training.preset import Preset
from fmnist_core.training.presets import PRESETS
from fmnist_core.training.recipe import Recipe
from fmnist_core.training.setting_texts import format_value, title_in_sentence

EXAMPLE = "(example model)"
UNGRADED_FIELDS = frozenset({"seed", "data", "device", "precision", "workers"})
"""Fields that make no other recipe, or have columns of their own."""
DECIMALS: Mapping[str, int] = MappingProxyType({"percent": 2, "loss": 4, "seconds": 1})


def grading_csv(runs: Sequence[RunSummary]) -> str:
    """Return CSV with one row per finished run, in the order of `runs`."""
    return csv_export.rows_to_csv([grading_row(run) for run in runs if run.report])


def grading_row(run: RunSummary) -> dict[str, Any]:
    """Make the row of a finished run; the columns name their units."""
    report, recipe = run.report, run.recipe
    assert report is not None
    assert recipe is not None
    interval = accuracy_interval(round(report.test_accuracy * report.num_test), report.num_test)
    worst = min(report.classes, key=_f1)
    preset, changes = changed_settings(recipe)
    latency = load_latency(recipe)
    return {
        "Student": run.by or (EXAMPLE if run.is_example else ""),
        "Run": run.name,
        "Run ID": run.id,
        "Model": run.model_title,
        "Data": run.data_title,
        "Seed": recipe.seed,
        "Preset": preset.title if preset else "",
        "Changed settings": changes,
        "Date (UTC)": iso_date(run.created),
        "Epochs": report.epochs_done,
        "Test accuracy (%)": _percent(report.test_accuracy),
        "95% interval from (%)": _percent(interval.low),
        "95% interval to (%)": _percent(interval.high),
        "Test loss": round(report.test_loss, DECIMALS["loss"]),
        "Macro F1 (%)": _percent(report.macro_f1),
        "Worst class": worst.name,
        "Worst class F1 (%)": _percent(worst.f1),
        "Training time (s)": round(report.train_seconds, DECIMALS["seconds"]),
        "Parameters": report.parameters,
        "FLOPs per prediction": report.flops_per_image,
        "Latency (ms)": round(latency.milliseconds, 2) if latency else None,
        "Device": report.environment.device,
        "Started from": run.initial_weights_text.removeprefix("from "),
    }


def _f1(metrics: ClassMetrics) -> float:
    return metrics.f1


def _percent(fraction: float) -> float:
    return round(100 * fraction, DECIMALS["percent"])


def iso_date(created: str) -> str:
    """The time of creation as `2026-11-24T11:14:05Z`; empty if it is no date."""
    try:
        time = datetime.fromisoformat(created)
        utc = (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):  # a folder from another machine may hold any text
        return ""
    return f"{utc:%Y-%m-%dT%H:%M:%SZ}"


def changed_settings(recipe: Recipe) -> tuple[Preset | None, str]:
    """Find the preset of the same model with the fewest differences, and list these.

    A run does not record the preset that it was made from.
    """
    presets = [preset for preset in PRESETS.values() if preset.recipe.model == recipe.model]
    if not presets:
        return None, ""
    differences = {preset.key: _differences(preset.recipe, recipe) for preset in presets}
    nearest = min(presets, key=lambda preset: len(differences[preset.key]))
    changes = [
        f"{title_in_sentence(field)} {format_value(field, new, recipe)} "
        f"(was {format_value(field, old, nearest.recipe)})"
        for field, (old, new) in differences[nearest.key].items()
    ]
    return nearest, "; ".join(changes)


def _differences(preset: Recipe, recipe: Recipe) -> dict[str, tuple[Any, Any]]:
    differences = preset.canonical().differences(recipe.canonical())
    return {field: values for field, values in differences.items() if field not in UNGRADED_FIELDS}
