"""The leaderboard's lines: a finished run each, or all runs of one recipe under several seeds."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from fmnist_core.compare_page import recipe_differences
from fmnist_core.compare_page.blocks import Format
from fmnist_core.evaluation.significance import accuracy_interval
from fmnist_core.formatting import format_percent
from fmnist_core.runs.report import Report
from fmnist_core.runs.summary import RunSummary
from fmnist_core.training.latency import Latency, load_latency

COLUMNS: Mapping[str, tuple[Format, str]] = {
    "Run": ("text", "Its name; runs of one recipe that differ only in the seed share a row."),
    "Accuracy": ("percent", "Share of the test images that it has right."),
    "95% interval": (
        "text",
        "Where its accuracy would lie with other test images of the kind (Wilson's interval). Of "
        "several seeds: the standard deviation between them.",
    ),
    "Test loss": ("figure", "Mean cross-entropy: lower is better; a blind guess has 2.3."),
    "Macro F1": ("figure", "Precision and recall in one figure, the mean over the ten classes."),
    "Worst class": ("text", "The class with the lowest F1, and that F1."),
    "Parameters": ("large", "Numbers that the model learned."),
    "FLOPs": ("large", "Floating-point operations for one answer."),
    "Latency": ("time", "How long one answer takes on this machine, with one image at a time."),
    "Training": ("seconds", "How long it trained, with validation and the final test."),
    "Device": ("text", "Where it trained."),
    "Started from": ("text", "Its first weights: random numbers (scratch), ImageNet, or a run."),
    "Data": ("text", "What it was trained and tested on."),
    "Made by": ("text", "The student, or the lab itself."),
}
"""By title: how a column reads, and what it means."""


@dataclass(frozen=True, kw_only=True)
class LeaderboardRow:
    """One row of the table."""

    rows: tuple[RunSummary, ...]
    values: Mapping[str, Any]
    """By column; `None` where a figure is not known."""


def lines(rows: Sequence[RunSummary], *, grouped: bool) -> list[LeaderboardRow]:
    """One for each run, or for each recipe, the most accurate first."""
    groups = recipe_differences.by_recipe(rows) if grouped else [(row,) for row in rows]
    found = [LeaderboardRow(rows=group, values=_values(group)) for group in groups]
    return sorted(found, key=lambda line: -line.values["Accuracy"])


def has_groups(rows: Sequence[RunSummary]) -> bool:
    """Whether any recipe was trained more than once."""
    return len(recipe_differences.by_recipe(rows)) < len(rows)


def _values(rows: tuple[RunSummary, ...]) -> dict[str, Any]:
    reports = [row.report for row in rows if row.report]
    row = rows[0]
    latency = latency_of(row)
    return {
        "Run": _name(rows),
        "Accuracy": _mean(reports, "test_accuracy"),
        "95% interval": _spread(reports) if len(rows) > 1 else _interval(reports[0]),
        "Test loss": _mean(reports, "test_loss"),
        "Macro F1": _mean(reports, "macro_f1"),
        "Worst class": _worst(reports),
        "Parameters": reports[0].parameters,
        "FLOPs": reports[0].flops_per_image,
        "Latency": latency.milliseconds if latency else None,
        "Training": _mean(reports, "train_seconds"),
        "Device": _together(report.environment.device for report in reports),
        "Started from": row.initial_weights_text.removeprefix("from "),
        "Data": row.data_title,
        "Made by": _together(
            each.by or ("shipped with the lab" if each.shipped else "") for each in rows
        ),
    }


def _name(rows: tuple[RunSummary, ...]) -> str:
    if len(rows) == 1:
        return rows[0].name
    seeds = {row.recipe.seed for row in rows if row.recipe}
    kind = "seeds" if len(seeds) == len(rows) else "runs"
    names = {row.name for row in rows}
    name = names.pop() if len(names) == 1 else rows[0].model_title
    return f"{name} × {len(rows)} {kind}"


def _mean(reports: Sequence[Report], figure: str) -> float:
    return statistics.fmean(getattr(report, figure) for report in reports)


def _spread(reports: Sequence[Report]) -> str:
    deviation = statistics.stdev(report.test_accuracy for report in reports)
    return f"± {100 * deviation:.2f}"


def _interval(report: Report) -> str:
    return _interval_words(round(report.test_accuracy * report.num_test), report.num_test)


@lru_cache(maxsize=4096)
def _interval_words(num_right: int, num_images: int) -> str:
    found = accuracy_interval(num_right, num_images)
    return f"{100 * found.low:.1f} – {100 * found.high:.1f}"


def _worst(reports: Sequence[Report]) -> str:
    """Of several, by the mean."""
    f1 = {
        each.name: statistics.fmean(report.classes[place].f1 for report in reports)
        for place, each in enumerate(reports[0].classes)
    }
    worst = min(f1, key=f1.__getitem__)
    return f"{format_percent(f1[worst])} {worst}"


def _together(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, words)))


def latency_of(row: RunSummary) -> Latency | None:
    """What was measured for its network on this machine."""
    return load_latency(row.recipe) if row.recipe else None
