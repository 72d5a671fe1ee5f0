"""Section: learning curves of all runs in one chart."""

from collections.abc import Mapping, Sequence

from fmnist_core.charts import annotations, curve_frame, learning_curves
from fmnist_core.charts.vega_lite import Metric, Rows, chart_spec
from fmnist_core.comparison_report.blocks import Block, Chart, Columns, Paragraph
from fmnist_core.comparison_report.sections import ReportSource
from fmnist_core.formatting import escape_markdown
from fmnist_core.runs.comparison import Comparison
from fmnist_core.training.history import Axis, History


def report_curves(source: ReportSource) -> list[Block]:
    """Make the learning curves by epoch."""
    return curve_blocks(source.comparison, source.histories)


def curve_blocks(
    comparison: Comparison,
    histories: Sequence[History],
    *,
    axis: Axis = "epochs",
    log: bool = False,
) -> list[Block]:
    """Make the curves of loss and accuracy in training and validation."""
    names = comparison.names
    return [
        *_warnings(comparison, histories),
        Columns(
            blocks=(
                curve_chart(names, histories, "loss", axis=axis, log=log),
                curve_chart(names, histories, "accuracy", axis=axis),
            )
        ),
        Paragraph(text=" · ".join(learning_curves.legend_texts(histories)), kind="hint"),
    ]


def _warnings(comparison: Comparison, histories: Sequence[History]) -> list[Block]:
    """Name the runs whose logs were lost or cut short."""
    missing, incomplete = [], []
    for run, history in zip(comparison.runs, histories, strict=True):
        if history.last is None:
            missing.append(escape_markdown(run.name))
        elif not history.epochs or history.epochs[-1].epoch < run.report.epochs_done:
            incomplete.append(escape_markdown(run.name))
    texts = {
        f"No curves were recorded for {', '.join(missing)}.": missing,
        f"Part of the curves is missing for {', '.join(incomplete)}: events.jsonl was cut "
        "short.": incomplete,
    }
    return [Paragraph(text=text, kind="warning") for text, names in texts.items() if names]


def curve_chart(
    names: tuple[str, ...],
    histories: Sequence[History],
    metric: Metric,
    *,
    axis: Axis,
    log: bool = False,
    extra_annotations: Rows = (),
) -> Chart:
    """Make the curves of one metric for all runs.

    `extra_annotations` are shown beside those of the runs.
    """
    rows: Mapping[str, Rows] = {
        "lines": learning_curves.learning_rows(metric, names, histories, axis=axis, smoothing=0.0),
        "best": learning_curves.best_rows(metric, names, histories, axis=axis),
        "annotations": [
            *annotations.annotation_rows(metric, names, histories, axis=axis),
            *extra_annotations,
        ],
        "frame": curve_frame.frame_rows(metric, histories, axis=axis, log=log),
    }
    return Chart(
        title=metric.capitalize(),
        spec=chart_spec(
            learning_curves.learning_chart,
            title=metric.capitalize(),
            runs=names,
            axis=axis,
            log=log,
            percent=metric == "accuracy",
        ),
        rows=rows,
        description=f"Training and validation {metric} of the compared runs",
    )
