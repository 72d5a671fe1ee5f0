"""Section: the confusion matrices of one epoch, with a cursor in the learning curves."""

from collections.abc import Sequence

from fmnist_core.charts.confusion_matrix import confusion_chart, confusion_rows
from fmnist_core.charts.vega_lite import chart_spec
from fmnist_core.comparison_report.blocks import Block, Chart, Columns, Paragraph
from fmnist_core.comparison_report.confusion import CHART_WIDTH
from fmnist_core.comparison_report.curves import curve_chart
from fmnist_core.comparison_report.sections import ReportSource
from fmnist_core.runs.comparison import Comparison
from fmnist_core.training.history import History


def report_epochs(source: ReportSource) -> list[Block]:
    """Make the blocks of the last epoch."""
    last = last_epoch(source.histories)
    return epoch_blocks(source.comparison, source.histories, epoch=last) if last else []


def last_epoch(histories: Sequence[History]) -> int:
    """Return the number of epochs of the longest run; 0 if no run has recorded any."""
    return max(len(history.epochs) for history in histories)


def epoch_blocks(
    comparison: Comparison, histories: Sequence[History], *, epoch: int
) -> list[Block]:
    """Make the accuracy with a cursor at `epoch`, and each run's validation matrix after it."""
    text = f"epoch {epoch}"
    corner = "bottom right" if epoch < last_epoch(histories) else "bottom left"
    cursor = {
        "x": epoch, "label": text, "text": text, "kind": "phase", "corner": corner, "run": "all",
    }  # fmt: skip
    matrices = [
        _confusion_matrix(name, history, epoch)
        for name, history in zip(comparison.names, histories, strict=True)
        if history.epochs
    ]
    return [
        curve_chart(
            comparison.names, histories, "accuracy", axis="epochs", extra_annotations=(cursor,)
        ),
        Paragraph(
            text=f"Validation images after epoch {epoch}; a run with fewer epochs stays at its "
            "last. Cells show percent of the true class.",
            kind="hint",
        ),
        Columns(blocks=matrices),
    ]


def _confusion_matrix(name: str, history: History, epoch: int) -> Chart:
    event = history.epochs[min(epoch, len(history.epochs)) - 1]
    return Chart(
        title=name,
        spec=chart_spec(confusion_chart),
        rows={"cells": confusion_rows(event.confusion, normalized=True)},
        description=f"Validation confusion matrix of {name} after epoch {event.epoch}",
        hint=f"After epoch {event.epoch}: {event.validation_accuracy:.1%} correct.",
        width=CHART_WIDTH,
    )
