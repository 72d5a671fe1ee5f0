"""Learning curves: the loss and accuracy of one or several runs, and other metrics of the steps.

Each chart depends only on its options; the rows are supplied separately, as named data sets.
"""

from collections.abc import Sequence

import altair as alt

from fmnist_core.charts import annotations
from fmnist_core.charts.palette import LEGEND_ROW_HEIGHT, run_color
from fmnist_core.charts.vega_lite import LayeredChart, Metric, Rows
from fmnist_core.formatting import format_percent
from fmnist_core.training import history
from fmnist_core.training.history import Axis, History

SPLITS = ("training", "validation")
SPLIT_DASHES = ([5, 3], [1, 0])
"""Training curves are dashed and validation curves solid, in every chart."""
AXIS_TITLES: dict[Axis, str] = {
    "epochs": "Epochs",
    "images": "Training images seen",
    "seconds": "Training time (seconds)",
}
CHART_HEIGHT = 300
PADDING = {"left": 2, "top": 4, "right": 4, "bottom": 2}
"""Pixels; without it, Streamlit leaves 20 empty pixels below a chart."""
LEGEND_TEXTS = ("╌╌ training", "── validation", "◇ best epoch (this version is saved)")
_FRAME = "data('frame')"


def learning_chart(
    title: str,
    *,
    runs: Sequence[str],
    axis: Axis,
    log: bool = False,
    percent: bool = False,
    legend: bool = True,
    height: int = CHART_HEIGHT,
) -> LayeredChart:
    """Draw the training and validation curves of several runs.

    Data: `lines` (x, value, run, split), `best` (x, value, run, text), `annotations` (x, label,
    text, kind, corner, run), `frame` (see `curve_frame.frame_rows`). With `legend`, a click on a
    run's name in it hides or shows the run; without it, the chart has no title of its y-axis
    either, for a page that has a heading and a legend of its own.
    """
    visible = alt.selection_point(
        name="visible",
        fields=["run"],
        bind="legend",
        toggle="true",
        value=[{"run": run} for run in runs],
    )
    lines = _lines(
        title, runs=runs, axis=axis, log=log, percent=percent, legend=legend, visible=visible
    )
    if legend:
        height += LEGEND_ROW_HEIGHT * (len(runs) - 1)
    return alt.layer(
        _frame(), *annotations.annotation_layers(),
        lines.mark_line(clip=True, strokeWidth=2),
        _epoch_dots(lines), _hover_targets(lines),
        _best_epochs(runs, visible if legend else None),
    ).properties(height=height, padding=PADDING)  # fmt: skip


def _frame_end(field: str, default: float) -> alt.ExprRef:
    """An end of an axis: it is data, so that the chart stays the same when it moves."""
    return alt.ExprRef(f"length({_FRAME}) ? {_FRAME}[0].{field} : {default}")


def _frame() -> alt.Chart:
    """Draw nothing; Vega knows a data set only if a mark uses it."""
    return alt.Chart(alt.NamedData("frame")).mark_text(text="", aria=False).encode(
        x="x_max:Q", y="y_max:Q"
    )  # fmt: skip


def _lines(
    title: str,
    *,
    runs: Sequence[str],
    axis: Axis,
    log: bool,
    percent: bool,
    legend: bool,
    visible: alt.Parameter,
) -> alt.Chart:
    number_format = ".1%" if percent else ".3f"
    y_scale = alt.Scale(
        type="log" if log else "linear",
        zero=False,
        nice=False,
        domainMin=_frame_end("y_min", 0.001 if log else 0.0),
        domainMax=_frame_end("y_max", 1.0),
    )
    x_scale = alt.Scale(
        nice=False, zero=True, padding=10, domainMin=0, domainMax=_frame_end("x_max", 1.0)
    )
    lines = alt.Chart(alt.NamedData("lines")).encode(
        x=_x_axis(axis, x_scale),
        y=alt.Y(
            "value:Q",
            title=title if legend else None,
            scale=y_scale,
            axis=alt.Axis(format="~%" if percent else "~g", tickCount=6),
        ),
        color=run_color(runs, legend=legend),
        strokeDash=alt.StrokeDash(
            "split:N",
            scale=alt.Scale(domain=list(SPLITS), range=list(SPLIT_DASHES)),
            legend=None,
        ),
        tooltip=[
            alt.Tooltip("run:N", title="Run"),
            alt.Tooltip("split:N", title="Split"),
            alt.Tooltip("x:Q", title=AXIS_TITLES[axis], format=",.2~f"),
            alt.Tooltip("value:Q", title=title, format=number_format),
        ],
    )
    if not legend:
        return lines
    return lines.encode(opacity=alt.condition(visible, alt.value(1), alt.value(0.08))).add_params(
        visible
    )


def _x_axis(axis: Axis, scale: alt.Scale) -> alt.X:
    return alt.X(
        "x:Q",
        title=AXIS_TITLES[axis],
        scale=scale,
        axis=alt.Axis(
            format="~s" if axis == "images" else alt.Undefined,
            tickMinStep=1 if axis == "epochs" else alt.Undefined,
            titlePadding=4,
        ),
    )


def _epoch_dots(lines: alt.Chart) -> alt.Chart:
    validation = lines.transform_filter(alt.datum.split == "validation")
    return _without_params(validation).mark_circle(size=28, clip=True)


def _hover_targets(lines: alt.Chart) -> alt.Chart:
    """Draw invisible points that are large enough to tap."""
    return _without_params(lines).mark_circle(size=140, clip=True).encode(opacity=alt.value(0))


def _without_params(chart: alt.Chart) -> alt.Chart:
    copied = chart.copy()
    copied.params = alt.Undefined
    return copied


def _best_epochs(runs: Sequence[str], visible: alt.Parameter | None) -> alt.Chart:
    best = (
        alt.Chart(alt.NamedData("best"))
        .mark_point(shape="diamond", size=170, filled=False, strokeWidth=2.5, clip=True)
        .encode(
            x="x:Q",
            y="value:Q",
            color=run_color(runs),
            tooltip=[
                alt.Tooltip("run:N", title="Run"),
                alt.Tooltip("text:N", title="Best epoch"),
            ],
        )
    )
    if visible is None:
        return best.encode(color=run_color(runs, legend=False))
    return best.encode(opacity=alt.condition(visible, alt.value(1), alt.value(0)))


def step_chart(
    title: str, *, runs: Sequence[str], axis: Axis, axis_format: str = "~g"
) -> LayeredChart:
    """Draw a metric of the steps, such as the learning rate. Data: `lines` (x, value, run)."""
    lines = alt.Chart(alt.NamedData("lines")).encode(
        x=_x_axis(axis, alt.Scale(nice=False, zero=True, padding=14)),
        y=alt.Y(
            "value:Q",
            title=title,
            axis=alt.Axis(format=axis_format, tickCount=4),
        ),
        color=run_color(runs, legend=False),
        tooltip=[
            alt.Tooltip("run:N", title="Run"),
            alt.Tooltip("x:Q", title=AXIS_TITLES[axis], format=",.2~f"),
            alt.Tooltip("value:Q", title=title, format=",.4~r"),
        ],
    )
    dots = lines.mark_circle(size=140).encode(opacity=alt.value(0))
    return alt.layer(lines.mark_line(strokeWidth=2, clip=True), dots).properties(
        height=150, padding=PADDING
    )


def learning_rows(
    metric: Metric,
    runs: Sequence[str],
    histories: Sequence[History],
    *,
    axis: Axis,
    smoothing: float,
) -> Rows:
    """Make the rows of the training and validation curve of every run."""
    rows: list[dict[str, object]] = []
    for run, run_history in zip(runs, histories, strict=True):
        for split, points in (
            (
                SPLITS[0],
                history.training_curve(run_history, metric, axis=axis, smoothing=smoothing),
            ),
            (SPLITS[1], history.validation_curve(run_history, metric, axis=axis)),
        ):
            rows += [{"x": x, "value": value, "run": run, "split": split} for x, value in points]
    return rows


def best_rows(
    metric: Metric, runs: Sequence[str], histories: Sequence[History], *, axis: Axis
) -> Rows:
    """Make a row for the best epoch of every run."""
    return [
        {
            "x": run_history.axis_value(best, axis),
            "value": getattr(best, f"validation_{metric}"),
            "run": run,
            "text": f"{best.epoch}, validation accuracy {format_percent(best.validation_accuracy)}",
        }
        for run, run_history in zip(runs, histories, strict=True)
        if (best := run_history.best)
    ]


def legend_texts(histories: Sequence[History]) -> list[str]:
    """What lines and marks mean, for those that the charts of these runs have."""
    kinds = {annotation.kind for history in histories for annotation in history.annotations}
    return [
        *LEGEND_TEXTS,
        *(text for kind, text in annotations.ANNOTATION_TEXTS.items() if kind in kinds),
    ]
