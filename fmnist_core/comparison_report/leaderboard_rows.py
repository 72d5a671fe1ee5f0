"""Rows of the leaderboard: one per finished run, or one per repeated run with its mean."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from fmnist_core.comparison_report.blocks import Table
from fmnist_core.comparison_report.formats import Format
from fmnist_core.comparison_report.recipe_differences import group_repeated_runs
from fmnist_core.data import real_photographs
from fmnist_core.evaluation.significance import accuracy_interval
from fmnist_core.formatting import format_percent
from fmnist_core.runs.comparison import Comparison
from fmnist_core.runs.photograph_comparison import PhotographComparison
from fmnist_core.runs.report import Report
from fmnist_core.runs.summary import RunSummary
from fmnist_core.training.latency import load_latency

COLUMNS: Mapping[str, tuple[Format, str]] = {
    "Run": ("text", "Name of the run."),
    "Accuracy": ("percent", "Fraction of the test images that are classified correctly."),
    "95% interval": (
        "text",
        "95% confidence interval for other test sets of this kind (Wilson). With several seeds: "
        "the standard deviation between them.",
    ),
    "Test loss": ("decimal", "Mean cross-entropy. Lower is better; random guessing scores 2.3."),
    "Macro F1": ("decimal", "Precision and recall combined, averaged over the ten classes."),
    "Worst class": ("text", "The class with the lowest F1, and that F1."),
    "Parameters": ("compact", "Number of weights that the model has learned."),
    "FLOPs": ("compact", "Floating-point operations per prediction."),
    "Latency": ("milliseconds", "Time per prediction on this machine, one image at a time."),
    "Training": ("seconds", "Training time, including validation and the final test."),
    "Device": ("text", "The processor or GPU it was trained on."),
    "Started from": ("text", "Initial weights: random numbers (scratch), ImageNet, or a run."),
    "Data": ("text", "The data set it was trained and tested on."),
    "Made by": ("text", "Who trained it."),
}
"""By title: the format of a column and what it means. The titles are keys of the command's JSON."""
PHOTOGRAPHS = real_photographs.TITLE
PHOTOGRAPH_COLUMN: tuple[Format, str] = (
    "percent",
    "Fraction of the real photographs that are classified correctly. Empty until the run is "
    "compared on them.",
)
"""The column that is added where runs are tested on the real photographs."""


@dataclass(frozen=True, kw_only=True)
class LeaderboardRow:
    """One row of the table."""

    runs: tuple[RunSummary, ...]
    values: Mapping[str, Any]
    """By column; `None` if unknown."""

    @property
    def run_ids(self) -> set[str]:
        return {run.id for run in self.runs}


def leaderboard_rows(
    runs: Sequence[RunSummary],
    *,
    grouped: bool,
    photograph_accuracies: Mapping[str, float] | None = None,
) -> list[LeaderboardRow]:
    """Make a row for each finished run, most accurate first; if `grouped`, repeated runs of one
    person share a row.

    With `photograph_accuracies`, by run id, they have a column of their own, and decide the order
    as far as they are known.
    """
    groups = group_repeated_runs(runs) if grouped else [(run,) for run in runs]
    rows = [LeaderboardRow(runs=group, values=_row_values(group)) for group in groups]
    rows.sort(key=lambda row: -row.values["Accuracy"])
    if photograph_accuracies is None:
        return rows
    rows = [_add_photographs(row, photograph_accuracies) for row in rows]
    return sorted(rows, key=lambda row: -(row.values[PHOTOGRAPHS] or 0))


def _add_photographs(row: LeaderboardRow, accuracies: Mapping[str, float]) -> LeaderboardRow:
    known = [accuracies[run.id] for run in row.runs if run.id in accuracies]
    values = {**row.values, PHOTOGRAPHS: statistics.fmean(known) if known else None}
    return replace(row, values=values)


def leaderboard_table(comparison: Comparison) -> Table:
    """Make the leaderboard of the compared runs alone, in their order."""
    rows = [{**_row_values((run.summary,)), "Run": run.name} for run in comparison.runs]
    columns = {title: column_format for title, (column_format, _) in COLUMNS.items()}
    if isinstance(comparison, PhotographComparison):
        columns = {"Run": columns["Run"], PHOTOGRAPHS: PHOTOGRAPH_COLUMN[0], **columns}
        for row, accuracy in zip(rows, comparison.accuracies, strict=True):
            row[PHOTOGRAPHS] = float(accuracy)
    return Table(title="Leaderboard", columns=columns, rows=rows)


def has_repeated_runs(runs: Sequence[RunSummary]) -> bool:
    """Whether anybody trained a recipe with several seeds."""
    return len(group_repeated_runs(runs)) < len(runs)


def _row_values(runs: tuple[RunSummary, ...]) -> dict[str, Any]:
    reports = [run.report for run in runs if run.report]
    first = runs[0]
    latency = load_latency(first.recipe) if first.recipe else None
    return {
        "Run": _row_name(runs),
        "Accuracy": _mean(reports, "test_accuracy"),
        "95% interval": _deviation_text(reports) if len(runs) > 1 else _interval_text(reports[0]),
        "Test loss": _mean(reports, "test_loss"),
        "Macro F1": _mean(reports, "macro_f1"),
        "Worst class": _worst_class(reports),
        "Parameters": reports[0].parameters,
        "FLOPs": reports[0].flops_per_image,
        "Latency": latency.milliseconds if latency else None,
        "Training": _mean(reports, "train_seconds"),
        "Device": _join_unique(report.environment.device for report in reports),
        "Started from": first.initial_weights_text.removeprefix("from "),
        "Data": first.data_title,
        "Made by": _join_unique(
            run.by or ("example model" if run.is_example else "") for run in runs
        ),
    }


def _row_name(runs: tuple[RunSummary, ...]) -> str:
    if len(runs) == 1:
        return runs[0].name
    names = {run.name for run in runs}
    name = names.pop() if len(names) == 1 else runs[0].model_title
    return f"{name} × {len(runs)} seeds"


def _mean(reports: Sequence[Report], field: str) -> float:
    return statistics.fmean(getattr(report, field) for report in reports)


def _deviation_text(reports: Sequence[Report]) -> str:
    deviation = statistics.stdev(report.test_accuracy for report in reports)
    return f"± {100 * deviation:.2f}"


def _interval_text(report: Report) -> str:
    return _wilson_text(round(report.test_accuracy * report.num_test), report.num_test)


@lru_cache(maxsize=4096)
def _wilson_text(num_correct: int, num_images: int) -> str:
    interval = accuracy_interval(num_correct, num_images)
    return f"{100 * interval.low:.1f} – {100 * interval.high:.1f}"


def _worst_class(reports: Sequence[Report]) -> str:
    """Name the class with the lowest F1, averaged over the reports."""
    mean_f1 = {
        metrics.name: statistics.fmean(report.classes[index].f1 for report in reports)
        for index, metrics in enumerate(reports[0].classes)
    }
    worst = min(mean_f1, key=mean_f1.__getitem__)
    return f"{format_percent(mean_f1[worst])} {worst}"


def _join_unique(texts: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, texts)))
