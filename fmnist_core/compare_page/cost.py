"""Cost against accuracy: which runs nobody beats."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import streamlit as st

from fmnist_core.compare_page import charts, leaderboard_rows, render
from fmnist_core.compare_page.blocks import Block, Chart, Paragraph
from fmnist_core.formatting import escape_markdown
from fmnist_core.runs import summary
from fmnist_core.runs.comparison import Comparison
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import run_list
from fmnist_core.ui.live_chart import spec


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Something that a run costs."""

    title: str
    axis: str
    of: Callable[[RunSummary], float | None]
    format: str = "~s"


def _reported(figure: str) -> Callable[[RunSummary], float | None]:
    return lambda row: getattr(row.report, figure) if row.report else None


def _milliseconds(row: RunSummary) -> float | None:
    latency = leaderboard_rows.latency_of(row)
    return latency.milliseconds if latency else None


COSTS: Mapping[str, Cost] = MappingProxyType(
    {
        "parameters": Cost(title="parameters", axis="Parameters", of=_reported("parameters")),
        "flops": Cost(title="FLOPs", axis="FLOPs for one answer", of=_reported("flops_per_image")),
        "latency": Cost(
            title="latency", axis="Milliseconds for one answer", of=_milliseconds, format="~g"
        ),
        "training": Cost(
            title="training time", axis="Training time (seconds)", of=_reported("train_seconds")
        ),
    }
)


def show(contest: Comparison) -> None:
    """Ask what is the cost, and draw."""
    key = st.segmented_control(
        "Cost", list(COSTS), default="parameters", format_func=lambda key: COSTS[key].title,
        required=True, key="cost", persist_state="session",
    )  # fmt: skip
    render.show(blocks(contest, run_list.rows(), cost=key), key=f"cost {key}")


def report(contest: Comparison) -> list[Block]:
    """By parameters."""
    return blocks(contest, run_list.rows())


def blocks(
    contest: Comparison, rows: Sequence[RunSummary], *, cost: str = "parameters"
) -> list[Block]:
    """All of `rows` that were tested on these data, the picked ones in their colours."""
    chosen = COSTS[cost]
    size = contest.runs[0].report.num_test
    alike = [entrant.summary for entrant in contest.runs]
    picked = {row.id for row in alike}
    alike += [
        row
        for row in rows
        if row.id not in picked
        and row.report
        and row.report.data == contest.data
        and row.report.num_test == size
    ]
    priced = [(row, price) for row in alike if (price := chosen.of(row)) is not None]
    if not priced:
        return [Paragraph(text=f"Nobody has measured the {chosen.title} yet.")]
    prices = [price for _, price in priced]
    accuracies = [row.test_accuracy or 0.0 for row, _ in priced]
    front = pareto_front(prices, accuracies)
    names = summary.unique_names([row for row, _ in priced])
    on_front = ", ".join(escape_markdown(names[place]) for place in front)
    return [
        _chart(contest, chosen, priced, front=front, names=names),
        Paragraph(text=f"On the Pareto front, cheapest first: {on_front}.", kind="hint"),
    ]


def _chart(
    contest: Comparison,
    cost: Cost,
    priced: Sequence[tuple[RunSummary, float]],
    *,
    front: Sequence[int],
    names: Sequence[str],
) -> Chart:
    picked = {entrant.summary.id: entrant.name for entrant in contest.runs}
    rows = [
        {
            "run": picked.get(row.id, ""),
            "label": picked.get(row.id, name),
            "cost": price,
            "accuracy": row.test_accuracy,
            "picked": row.id in picked,
        }
        for (row, price), name in zip(priced, names, strict=True)
    ]
    line = [{key: rows[place][key] for key in ("cost", "accuracy")} for place in front]
    return Chart(
        title=f"Accuracy against {cost.title}",
        spec=spec(charts.cost_chart, title=cost.axis, runs=contest.names, axis_format=cost.format),
        rows={"runs": rows, "front": line},
        says=f"Test accuracy of every finished run against its {cost.title}",
        hint="Every finished run on the same data; the picked ones in their colours. The dashed "
        "line is the Pareto front: no run is both cheaper and more accurate than one on it.",
        width=760,
    )


def pareto_front(costs: Sequence[float], accuracies: Sequence[float]) -> list[int]:
    """Whom nobody beats: indices, cheapest first, of those without a cheaper one as accurate.

    Of equals in both, the first.
    """
    order = sorted(range(len(costs)), key=lambda index: (costs[index], -accuracies[index]))
    front: list[int] = []
    for index in order:
        if not front or accuracies[index] > accuracies[front[-1]]:
            front.append(index)
    return front
