"""Altair charts: pure functions from names to a chart over named, empty data sets.

The rows are handed over beside the chart (`drawing.draw`), so that its specification stays the
same while a run goes on and the browser only takes in new rows, without a flicker.
"""

from collections.abc import Sequence
from typing import Literal

import altair as alt

from fmnist_core.charts.palette import (
    GREY,
    LEGEND_LINE,
    Layered,
    Rows,
    run_color,
)
from fmnist_core.formatting import format_percent
from fmnist_core.training import history
from fmnist_core.training.history import Axis, History, Annotation

PARTS = ("training", "validation")
PART_DASHES = ([5, 3], [1, 0])
"""Training is dashed and validation solid, in every chart."""
AXIS_TITLES: dict[Axis, str] = {
    "epochs": "Epochs",
    "images": "Training images seen",
    "seconds": "Training time (seconds)",
}
HEIGHT = 300


def learning_chart(
    title: str, *, runs: Sequence[str], axis: Axis, log: bool = False, percent: bool = False
) -> Layered:
    """Training and validation curves of several runs.

    Data: `lines` (x, value, run, part), `best` (x, value, run, text), `marks` (x, label, kind,
    low, run).
    """
    shown = alt.selection_point(
        name="shown",
        fields=["run"],
        bind="legend",
        toggle="true",
        value=[{"run": run} for run in runs],
    )
    lines = _lines(title, runs=runs, axis=axis, log=log, percent=percent, shown=shown)
    return alt.layer(
        _rules(), _rule_labels(low=False), _rule_labels(low=True),
        lines.mark_line(clip=True, strokeWidth=2),
        _epoch_dots(lines), _hover(lines), _best(runs, shown),
    ).properties(height=HEIGHT + LEGEND_LINE * (len(runs) - 1))  # fmt: skip


def _lines(
    title: str, *, runs: Sequence[str], axis: Axis, log: bool, percent: bool, shown: alt.Parameter
) -> alt.Chart:
    number_format = ".1%" if percent else ".3f"
    return (
        alt.Chart(alt.NamedData("lines"))
        .encode(
            x=_progress(axis),
            y=alt.Y(
                "value:Q",
                title=title,
                scale=alt.Scale(type="log" if log else "linear", zero=False, nice=True, padding=8),
                axis=alt.Axis(format="~%" if percent else "~g", tickCount=6),
            ),
            color=run_color(runs),
            strokeDash=alt.StrokeDash(
                "part:N",
                scale=alt.Scale(domain=list(PARTS), range=list(PART_DASHES)),
                legend=None,
            ),
            opacity=alt.condition(shown, alt.value(1), alt.value(0.08)),
            tooltip=[
                alt.Tooltip("run:N", title="Run"),
                alt.Tooltip("part:N", title="Images"),
                alt.Tooltip("x:Q", title=AXIS_TITLES[axis], format=",.2~f"),
                alt.Tooltip("value:Q", title=title, format=number_format),
            ],
        )
        .add_params(shown)
    )


def _progress(axis: Axis) -> alt.X:
    return alt.X(
        "x:Q",
        title=AXIS_TITLES[axis],
        scale=alt.Scale(nice=False, zero=True, padding=14),
        axis=alt.Axis(format="~s") if axis == "images" else alt.Undefined,
    )


def _epoch_dots(lines: alt.Chart) -> alt.Chart:
    validation = lines.transform_filter(alt.datum.part == "validation")
    return _without_params(validation).mark_circle(size=28, clip=True)


def _hover(lines: alt.Chart) -> alt.Chart:
    """Points that nobody sees, large enough to be hit with a finger."""
    return _without_params(lines).mark_circle(size=140, clip=True).encode(opacity=alt.value(0))


def _without_params(chart: alt.Chart) -> alt.Chart:
    copied = chart.copy()
    copied.params = alt.Undefined
    return copied


def _best(runs: Sequence[str], shown: alt.Parameter) -> alt.Chart:
    return (
        alt.Chart(alt.NamedData("best"))
        .mark_point(shape="diamond", size=170, filled=False, strokeWidth=2.5, clip=True)
        .encode(
            x="x:Q",
            y="value:Q",
            color=run_color(runs),
            opacity=alt.condition(shown, alt.value(1), alt.value(0)),
            tooltip=[
                alt.Tooltip("run:N", title="Run"),
                alt.Tooltip("text:N", title="Best epoch"),
            ],
        )
    )


def _rules() -> alt.Chart:
    return (
        alt.Chart(alt.NamedData("marks"))
        .mark_rule(color=GREY)
        .encode(
            x="x:Q",
            strokeDash=alt.condition(
                alt.datum.kind == "phase", alt.value([1, 0]), alt.value([2, 3])
            ),
            tooltip=[
                alt.Tooltip("label:N", title="What happened"),
                alt.Tooltip("run:N", title="Run"),
                alt.Tooltip("x:Q", title="At", format=".2~f"),
            ],
        )
    )


def _rule_labels(*, low: bool) -> alt.Chart:
    align: Literal["left", "right"] = "left" if low else "right"
    return (
        alt.Chart(alt.NamedData("marks"))
        .transform_filter(alt.datum.low == low)
        .mark_text(
            color=GREY,
            angle=270,
            align=align,
            baseline="top",
            dx=4 if low else -4,
            dy=3,
            fontSize=11,
        )
        .encode(x="x:Q", y=alt.value("height" if low else 0), text="label:N")
    )


def step_chart(title: str, *, runs: Sequence[str], axis: Axis, axis_format: str = "~g") -> Layered:
    """One figure of the step events, such as the learning rate. Data: `lines` (x, value, run)."""
    lines = alt.Chart(alt.NamedData("lines")).encode(
        x=_progress(axis),
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


Metric = Literal["loss", "accuracy"]


LEGEND = "╌╌ training · ── validation · ◇ best epoch, whose weights are kept · ┊ a knob was turned"


PHASES = " · │ a phase begins"


def learning_rows(
    figure: Metric, runs: Sequence[str], pasts: Sequence[History], *, axis: Axis, smoothing: float
) -> Rows:
    """Both curves of every run."""
    rows: Rows = []
    for run, past in zip(runs, pasts, strict=True):
        for part, points in (
            (PARTS[0], history.training_curve(past, figure, axis=axis, smoothing=smoothing)),
            (PARTS[1], history.validation_curve(past, figure, axis=axis)),
        ):
            rows += [{"x": x, "value": value, "run": run, "part": part} for x, value in points]
    return rows


def best_rows(figure: Metric, runs: Sequence[str], pasts: Sequence[History], *, axis: Axis) -> Rows:
    """The best epoch of every run."""
    return [
        {
            "x": past.at(best, axis),
            "value": getattr(best, f"validation_{figure}"),
            "run": run,
            "text": f"{best.epoch}, validation accuracy {format_percent(best.validation_accuracy)}",
        }
        for run, past in zip(runs, pasts, strict=True)
        if (best := past.best)
    ]


def mark_rows(figure: Metric, runs: Sequence[str], pasts: Sequence[History], *, axis: Axis) -> Rows:
    """Where knobs were turned and phases began; several at one moment share a line.

    Words are low where the curves are high: loss begins high, accuracy ends there.
    """
    marks: dict[tuple[str, float], list[Annotation]] = {}
    for run, past in zip(runs, pasts, strict=True):
        for mark in past.marks:
            marks.setdefault((run, past.at(mark, axis)), []).append(mark)
    return [
        {
            "x": x,
            "label": ", ".join(mark.label for mark in there),
            "kind": "phase" if any(mark.kind == "phase" for mark in there) else "knob",
            "low": (x > 0) == (figure == "accuracy"),
            "run": run,
        }
        for (run, x), there in marks.items()
    ]
