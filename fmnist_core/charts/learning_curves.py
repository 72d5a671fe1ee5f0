"""Learning curves: the loss and accuracy of one or several runs, and other metrics of the steps.

Each chart depends only on its options; the rows are supplied separately, as named data sets.
"""

from collections.abc import Sequence
from typing import Literal

import altair as alt

from fmnist_core.charts.palette import GRAY, LEGEND_ROW_HEIGHT, run_color
from fmnist_core.charts.vega_lite import LayeredChart, Rows
from fmnist_core.formatting import format_percent
from fmnist_core.training import history
from fmnist_core.training.history import Annotation, Axis, History

SPLITS = ("training", "validation")
SPLIT_DASHES = ([5, 3], [1, 0])
"""Training curves are dashed and validation curves solid, in every chart."""
AXIS_TITLES: dict[Axis, str] = {
    "epochs": "Epochs",
    "images": "Training images seen",
    "seconds": "Training time (seconds)",
}
CHART_HEIGHT = 300
LEGEND_TEXT = (
    "╌╌ training · ── validation · ◇ best epoch, whose weights are saved · ┊ paused, resumed, "
    "stopped, or learning rate changed"
)
PHASES_LEGEND_TEXT = " · │ a phase starts"
Metric = Literal["loss", "accuracy"]


def learning_chart(
    title: str, *, runs: Sequence[str], axis: Axis, log: bool = False, percent: bool = False
) -> LayeredChart:
    """Draw the training and validation curves of several runs.

    Data: `lines` (x, value, run, split), `best` (x, value, run, text), `annotations` (x, label,
    kind, at_bottom, run).
    """
    visible = alt.selection_point(
        name="visible",
        fields=["run"],
        bind="legend",
        toggle="true",
        value=[{"run": run} for run in runs],
    )
    lines = _lines(title, runs=runs, axis=axis, log=log, percent=percent, visible=visible)
    return alt.layer(
        _annotation_rules(),
        _annotation_labels(at_bottom=False), _annotation_labels(at_bottom=True),
        lines.mark_line(clip=True, strokeWidth=2),
        _epoch_dots(lines), _hover_targets(lines), _best_epochs(runs, visible),
    ).properties(height=CHART_HEIGHT + LEGEND_ROW_HEIGHT * (len(runs) - 1))  # fmt: skip


def _lines(
    title: str, *, runs: Sequence[str], axis: Axis, log: bool, percent: bool, visible: alt.Parameter
) -> alt.Chart:
    number_format = ".1%" if percent else ".3f"
    return (
        alt.Chart(alt.NamedData("lines"))
        .encode(
            x=_x_axis(axis),
            y=alt.Y(
                "value:Q",
                title=title,
                scale=alt.Scale(type="log" if log else "linear", zero=False, nice=True, padding=8),
                axis=alt.Axis(format="~%" if percent else "~g", tickCount=6),
            ),
            color=run_color(runs),
            strokeDash=alt.StrokeDash(
                "split:N",
                scale=alt.Scale(domain=list(SPLITS), range=list(SPLIT_DASHES)),
                legend=None,
            ),
            opacity=alt.condition(visible, alt.value(1), alt.value(0.08)),
            tooltip=[
                alt.Tooltip("run:N", title="Run"),
                alt.Tooltip("split:N", title="Split"),
                alt.Tooltip("x:Q", title=AXIS_TITLES[axis], format=",.2~f"),
                alt.Tooltip("value:Q", title=title, format=number_format),
            ],
        )
        .add_params(visible)
    )


def _x_axis(axis: Axis) -> alt.X:
    return alt.X(
        "x:Q",
        title=AXIS_TITLES[axis],
        scale=alt.Scale(nice=False, zero=True, padding=14),
        axis=alt.Axis(format="~s") if axis == "images" else alt.Undefined,
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


def _best_epochs(runs: Sequence[str], visible: alt.Parameter) -> alt.Chart:
    return (
        alt.Chart(alt.NamedData("best"))
        .mark_point(shape="diamond", size=170, filled=False, strokeWidth=2.5, clip=True)
        .encode(
            x="x:Q",
            y="value:Q",
            color=run_color(runs),
            opacity=alt.condition(visible, alt.value(1), alt.value(0)),
            tooltip=[
                alt.Tooltip("run:N", title="Run"),
                alt.Tooltip("text:N", title="Best epoch"),
            ],
        )
    )


def _annotation_rules() -> alt.Chart:
    return (
        alt.Chart(alt.NamedData("annotations"))
        .mark_rule(color=GRAY)
        .encode(
            x="x:Q",
            strokeDash=alt.condition(
                alt.datum.kind == "phase", alt.value([1, 0]), alt.value([2, 3])
            ),
            tooltip=[
                alt.Tooltip("label:N", title="Event"),
                alt.Tooltip("run:N", title="Run"),
                alt.Tooltip("x:Q", title="At", format=".2~f"),
            ],
        )
    )


def _annotation_labels(*, at_bottom: bool) -> alt.Chart:
    align: Literal["left", "right"] = "left" if at_bottom else "right"
    return (
        alt.Chart(alt.NamedData("annotations"))
        .transform_filter(alt.datum.at_bottom == at_bottom)
        .mark_text(
            color=GRAY,
            angle=270,
            align=align,
            baseline="top",
            dx=4 if at_bottom else -4,
            dy=3,
            fontSize=11,
        )
        .encode(x="x:Q", y=alt.value("height" if at_bottom else 0), text="label:N")
    )


def step_chart(
    title: str, *, runs: Sequence[str], axis: Axis, axis_format: str = "~g"
) -> LayeredChart:
    """Draw a metric of the steps, such as the learning rate. Data: `lines` (x, value, run)."""
    lines = alt.Chart(alt.NamedData("lines")).encode(
        x=_x_axis(axis),
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
    return alt.layer(lines.mark_line(strokeWidth=2, clip=True), dots).properties(height=150)


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


def annotation_rows(
    metric: Metric, runs: Sequence[str], histories: Sequence[History], *, axis: Axis
) -> Rows:
    """Make a row for each point at which a setting was changed or a phase started.

    Annotations at the same x share a line. Labels are at the bottom where curves are at the top:
    loss starts high, accuracy ends high.
    """
    annotations: dict[tuple[str, float], list[Annotation]] = {}
    for run, run_history in zip(runs, histories, strict=True):
        for annotation in run_history.annotations:
            annotations.setdefault((run, run_history.axis_value(annotation, axis)), []).append(
                annotation
            )
    return [
        {
            "x": x,
            "label": ", ".join(annotation.label for annotation in same_x),
            "kind": "phase"
            if any(annotation.kind == "phase" for annotation in same_x)
            else "control",
            "at_bottom": (x > 0) == (metric == "accuracy"),
            "run": run,
        }
        for (run, x), same_x in annotations.items()
    ]
