"""Section: cost against accuracy, and the Pareto front."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from fmnist_core.charts.vega_lite import chart_spec
from fmnist_core.comparison_report import charts, cost_labels
from fmnist_core.comparison_report.blocks import Block, Chart, Paragraph
from fmnist_core.comparison_report.sections import ReportSource
from fmnist_core.evaluation.pareto import pareto_front
from fmnist_core.formatting import escape_markdown, pluralize
from fmnist_core.runs import summary
from fmnist_core.runs.comparison import Comparison
from fmnist_core.runs.summary import RunSummary
from fmnist_core.training.latency import load_latency

MIN_SPREAD, MAX_SPREAD = 0.02, 2.0
"""Runs further below the lower quartile, in units of the spread of the better three quarters, do
not widen the chart.
"""
MAX_GAP = 0.3
"""Nor do runs that are further below the best one."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """A measure of what a run costs."""

    title: str
    axis_title: str
    value: Callable[[RunSummary], float | None]
    """`None` if it has not been measured."""
    axis_format: str = "~s"


def _reported(field: str) -> Callable[[RunSummary], float | None]:
    return lambda run: getattr(run.report, field) if run.report else None


def _latency_milliseconds(run: RunSummary) -> float | None:
    latency = load_latency(run.recipe) if run.recipe else None
    return latency.milliseconds if latency else None


COSTS: Mapping[str, Cost] = MappingProxyType(
    {
        "parameters": Cost(
            title="parameters", axis_title="Parameters", value=_reported("parameters")
        ),
        "flops": Cost(
            title="FLOPs", axis_title="FLOPs per prediction", value=_reported("flops_per_image")
        ),
        "latency": Cost(
            title="latency",
            axis_title="Milliseconds per prediction",
            value=_latency_milliseconds,
            axis_format="~g",
        ),
        "training": Cost(
            title="training time",
            axis_title="Training time (seconds)",
            value=_reported("train_seconds"),
        ),
    }
)


def report_cost(source: ReportSource) -> list[Block]:
    """Make the chart of accuracy against the number of parameters."""
    return cost_blocks(source.comparison, source.all_runs, cost="parameters", has_tooltips=False)


def cost_blocks(
    comparison: Comparison,
    all_runs: Sequence[RunSummary],
    *,
    cost: str,
    has_tooltips: bool = True,
) -> list[Block]:
    """Make the chart of accuracy against cost, the compared runs in their colors.

    Of `all_runs`, those with the same test set are shown beside the compared ones; `cost` is a key
    of `COSTS`. The charts of the HTML report have no tooltips.
    """
    runs = [run.summary for run in comparison.runs]
    ids = {run.id for run in runs}
    runs += [run for run in all_runs if run.id not in ids and _has_same_test_set(run, comparison)]
    costs = [(run, value) for run in runs if (value := COSTS[cost].value(run)) is not None]
    if not costs:
        title = COSTS[cost].title
        return [Paragraph(text=f"{title[0].upper()}{title[1:]} has not been measured yet.")]
    front = pareto_front(
        np.array([value for _, value in costs]),
        np.array([run.test_accuracy or 0.0 for run, _ in costs]),
    )
    names = summary.unique_names([run for run, _ in costs])
    on_front = ", ".join(escape_markdown(names[index]) for index in front)
    return [
        _chart(comparison, COSTS[cost], costs, front=front, names=names, has_tooltips=has_tooltips),
        Paragraph(text=f"On the Pareto front, cheapest first: {on_front}.", kind="hint"),
    ]


def _has_same_test_set(run: RunSummary, comparison: Comparison) -> bool:
    report = run.report
    return (
        report is not None
        and report.data == comparison.data
        and report.num_test == len(comparison.labels)
    )


def _chart(
    comparison: Comparison,
    cost: Cost,
    costs: Sequence[tuple[RunSummary, float]],
    *,
    front: Sequence[int],
    names: Sequence[str],
    has_tooltips: bool,
) -> Chart:
    compared = {run.summary.id: run.name for run in comparison.runs}
    floor = chart_floor([run.test_accuracy or 0.0 for run, _ in costs])
    rows = [
        {
            "run": compared.get(run.id, ""),
            "label": compared.get(run.id, name),
            "cost": value,
            "accuracy": run.test_accuracy,
            "height": max(run.test_accuracy or 0.0, floor),
            "cut_off": (run.test_accuracy or 0.0) < floor,
            "compared": run.id in compared,
        }
        for (run, value), name in zip(costs, names, strict=True)
    ]
    front_rows = [{key: rows[index][key] for key in ("cost", "height")} for index in front]
    num_cut_off = sum(bool(row["cut_off"]) for row in rows)
    below = f" ▼: {pluralize(num_cut_off, 'run')} far below this chart." if num_cut_off else ""
    tooltips = "; hover over a dot for its name" if has_tooltips else ""
    return Chart(
        title=f"Accuracy against {cost.title}",
        spec=chart_spec(
            charts.cost_chart,
            title=cost.axis_title,
            runs=comparison.names,
            axis_format=cost.axis_format,
        ),
        rows={"runs": rows, "front": front_rows, "labels": cost_labels.place_labels(rows, front)},
        description=f"Test accuracy of the finished runs against their {cost.title}",
        hint=f"Finished runs on the same data, the compared ones in color{tooltips}. The dashed "
        "line is the Pareto front: no other run is both cheaper and more accurate than one on it."
        f"{below}",
        width=760,
    )


def chart_floor(accuracies: Sequence[float]) -> float:
    """The lowest accuracy that the chart shows in its place: an exploded run is below it."""
    best, lower_quartile = max(accuracies), float(np.quantile(accuracies, 0.25))
    spread = max(best - lower_quartile, MIN_SPREAD)
    limit = max(best - MAX_GAP, lower_quartile - MAX_SPREAD * spread)
    return min(value for value in accuracies if value >= limit)
