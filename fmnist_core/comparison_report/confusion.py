"""Section: confusion matrices of all runs, their difference, and the most common mistakes."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from fmnist_core.charts.confusion_matrix import cell_values, confusion_chart, confusion_rows
from fmnist_core.charts.vega_lite import chart_spec
from fmnist_core.comparison_report import charts
from fmnist_core.comparison_report.blocks import Block, Chart, Columns, Paragraph, Table
from fmnist_core.comparison_report.formats import Format
from fmnist_core.comparison_report.sections import ReportSource
from fmnist_core.evaluation import metrics
from fmnist_core.evaluation.significance import Pair
from fmnist_core.formatting import escape_markdown, pluralize
from fmnist_core.runs.comparison import Comparison

MAX_MISTAKES = 10
CHART_WIDTH = 420


def report_confusion(source: ReportSource) -> list[Block]:
    """Make the matrices with counts, the difference of the first two, and the mistakes."""
    comparison = source.comparison
    blocks = confusion_blocks(comparison)
    if len(comparison.runs) > 1:
        blocks.append(difference_chart(comparison, (0, 1)))
    return [*blocks, mistake_table(comparison)]


def confusion_blocks(
    comparison: Comparison,
    *,
    normalized: bool = False,
    hide_correct: bool = False,
    on_click: Callable[[int, Mapping[str, Any]], None] | None = None,
) -> list[Block]:
    """Make one confusion matrix per run, all on one scale.

    `on_click` gets the index of the run and the fields of the clicked cell.
    """
    max_value = max(
        float(cell_values(confusion, normalized=normalized, hide_correct=hide_correct).max())
        for confusion in comparison.confusions
    )
    matrices = [
        Chart(
            title=name,
            spec=chart_spec(confusion_chart, clickable=True),
            rows={
                "cells": confusion_rows(
                    comparison.confusions[index],
                    normalized=normalized,
                    max_value=max_value or 1.0,
                    hide_correct=hide_correct,
                )
            },
            description=f"Confusion matrix of {name} on the test images",
            hint=f"{comparison.accuracies[index]:.2%} correct.",
            width=CHART_WIDTH,
            on_click=partial(on_click, index) if on_click else None,
        )
        for index, name in enumerate(comparison.names)
    ]
    scale = f"The strongest color means {_value_text(max_value, normalized)} in every matrix."
    hint = f"Click a cell to see its images. {scale}" if on_click else scale
    return [Paragraph(text=hint, kind="hint"), Columns(blocks=matrices)]


def difference_chart(
    comparison: Comparison,
    pair: Pair,
    *,
    normalized: bool = False,
    on_click: Callable[[Mapping[str, Any]], None] | None = None,
) -> Chart:
    """Make the first run's matrix minus the second's, each cell in the color of the larger one."""
    first, second = pair
    names = comparison.names[first], comparison.names[second]
    confusions = comparison.confusions[first], comparison.confusions[second]
    values = [cell_values(confusion, normalized=normalized) for confusion in confusions]
    max_value = float(np.abs(values[0] - values[1]).max())
    return Chart(
        title=f"{names[0]} minus {names[1]}",
        spec=chart_spec(confusion_chart, colors=charts.run_colors(pair), clickable=True),
        rows={
            "cells": confusion_rows(
                confusions[0],
                minus=confusions[1],
                normalized=normalized,
                max_value=max_value or 1.0,
            )
        },
        description=f"Confusion matrix of {names[0]} minus that of {names[1]}",
        hint=f"Positive values: more frequent with {escape_markdown(names[0])}; negative values: "
        f"with {escape_markdown(names[1])}, each in its run's color. On the diagonal, more is "
        f"better; elsewhere, worse. The strongest cell is {_value_text(max_value, normalized)}.",
        width=CHART_WIDTH,
        on_click=on_click,
    )


def _value_text(value: float, normalized: bool) -> str:
    return f"{value:.0%} of a class" if normalized else pluralize(round(value), "image")


def mistake_table(comparison: Comparison) -> Table:
    """List the most common mistakes of all runs together, and how often each run makes them."""
    mistakes = metrics.most_frequent_confusions(
        comparison.confusions.sum(axis=0), limit=MAX_MISTAKES
    )
    rows = [
        {"Mistake": mistake.text}
        | {
            name: int(confusion[mistake.label, mistake.predicted])
            for name, confusion in zip(comparison.names, comparison.confusions, strict=True)
        }
        for mistake in mistakes
    ]
    columns: dict[str, Format] = {"Mistake": "text"}
    columns |= dict.fromkeys(comparison.names, "count")
    return Table(
        title="Most common mistakes",
        columns=columns,
        rows=rows,
        hint=_most_common_mistakes(comparison),
    )


def _most_common_mistakes(comparison: Comparison) -> str:
    """Name each run's most common mistake in a sentence."""
    sentences = []
    for name, confusion in zip(comparison.names, comparison.confusions, strict=True):
        mistakes = metrics.most_frequent_confusions(confusion, limit=1)
        text = f"{mistakes[0].text} ({mistakes[0].count:,})" if mistakes else "no mistakes"
        sentences.append(f"{escape_markdown(name)}: {text}.")
    return " ".join(sentences)
