"""Charts of a comparison; rows are supplied separately, as named data sets."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

import altair as alt

from fmnist_core.charts.palette import GRAY, LEGEND_ROW_HEIGHT, RUN_COLORS, TEXT_COLOR, run_color
from fmnist_core.charts.vega_lite import LayeredChart
from fmnist_core.fashion_mnist import CLASSES

LABEL_SIZE = 12
LABEL_PLACES: Mapping[str, tuple[int, int, Literal["left", "center", "right"]]] = MappingProxyType(
    {
        "above": (0, -16, "center"),
        "above right": (-4, -16, "left"),
        "right": (12, 0, "left"),
        "left": (-12, 0, "right"),
        "below": (0, 17, "center"),
        "below right": (-4, 17, "left"),
    }
)
"""Where a point's label can stand: its offset from the point in pixels, and its alignment."""


def interval_chart(*, runs: Sequence[str]) -> LayeredChart:
    """Draw test accuracies with intervals. Data: `runs` (run, accuracy, low, high)."""
    y = alt.Y("run:N", sort=list(runs), title=None, axis=alt.Axis(labelLimit=230))
    shared = alt.Chart(alt.NamedData("runs")).encode(
        y=y,
        color=run_color(runs, legend=False),
        tooltip=[
            alt.Tooltip("run:N", title="Run"),
            alt.Tooltip("accuracy:Q", title="Test accuracy", format=".2%"),
            alt.Tooltip("low:Q", title="Interval from", format=".2%"),
            alt.Tooltip("high:Q", title="to", format=".2%"),
        ],
    )
    scale = alt.Scale(zero=False, nice=True)
    bars = shared.mark_rule(strokeWidth=3).encode(
        x=alt.X("low:Q", scale=scale, title="Test accuracy", axis=alt.Axis(format=".1~%")),
        x2="high:Q",
    )
    dots = shared.mark_point(filled=True, size=110, opacity=1).encode(x="accuracy:Q")
    return alt.layer(bars, dots).properties(height=alt.Step(34))


def count_chart(*, kinds: Sequence[str], colors: Sequence[str]) -> LayeredChart:
    """Draw a bar for each kind of image. Data: `kinds` (kind, count)."""
    bars = alt.Chart(alt.NamedData("kinds")).encode(
        y=alt.Y("kind:N", sort=list(kinds), title=None, axis=alt.Axis(labelLimit=260)),
        x=alt.X("count:Q", title="Test images", axis=alt.Axis(format=",d", tickCount=5)),
    )
    color = alt.Color(
        "kind:N", scale=alt.Scale(domain=list(kinds), range=list(colors)), legend=None
    )
    return alt.layer(
        bars.mark_bar(cornerRadiusEnd=3).encode(color=color),
        bars.mark_text(align="left", dx=5, color=GRAY).encode(text=alt.Text("count:Q", format=",")),
    ).properties(height=alt.Step(32))


def class_chart(title: str, *, runs: Sequence[str]) -> LayeredChart:
    """Draw a metric of every class for several runs. Data: `classes` (name, run, value)."""
    points = alt.Chart(alt.NamedData("classes")).encode(
        y=alt.Y("name:N", sort=list(CLASSES), title=None, axis=alt.Axis(labelLimit=120)),
        x=alt.X(
            "value:Q",
            title=title,
            scale=alt.Scale(zero=False, nice=True, padding=8),
            axis=alt.Axis(format=".0%"),
        ),
    )
    span = points.mark_line(color=GRAY, strokeWidth=1, opacity=0.6).encode(detail="name:N")
    dots = points.mark_point(filled=True, size=90, opacity=0.9).encode(
        color=run_color(runs, symbol="circle"),
        tooltip=[
            alt.Tooltip("name:N", title="Class"),
            alt.Tooltip("run:N", title="Run"),
            alt.Tooltip("value:Q", title=title, format=".1%"),
        ],
    )
    return alt.layer(span, dots).properties(height=_height(380, runs))


def reliability_chart(*, runs: Sequence[str]) -> LayeredChart:
    """Draw a reliability diagram: accuracy by confidence.

    Data: `bins` (run, confidence, accuracy, count), `ideal` (confidence, accuracy).
    """
    x, y = (
        alt.X(
            "confidence:Q",
            title="Mean confidence in the bin",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format="~%"),
        ),
        alt.Y(
            "accuracy:Q",
            title="Fraction correct",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format="~%"),
        ),
    )
    ideal = alt.Chart(alt.NamedData("ideal")).mark_line(color=GRAY, strokeDash=[4, 4])
    bins = alt.Chart(alt.NamedData("bins")).encode(
        color=run_color(runs),
        tooltip=[
            alt.Tooltip("run:N", title="Run"),
            alt.Tooltip("confidence:Q", title="Mean confidence", format=".1%"),
            alt.Tooltip("accuracy:Q", title="Fraction correct", format=".1%"),
            alt.Tooltip("count:Q", title="Images", format=","),
        ],
        x=x,
        y=y,
    )
    # Bins of few images, whose accuracy is noisy, are small.
    size = alt.Size("count:Q", scale=alt.Scale(type="sqrt", range=[12, 160]), legend=None)
    dots = bins.mark_circle(opacity=1).encode(size=size)
    return alt.layer(ideal.encode(x=x, y=y), bins.mark_line(strokeWidth=2), dots).properties(
        height=_height(340, runs)
    )


def confidence_chart(*, runs: Sequence[str]) -> LayeredChart:
    """Draw a histogram of confidence. Data: `bins` (run, low, high, fraction, count)."""
    bins = alt.Chart(alt.NamedData("bins")).encode(
        x=alt.X(
            "low:Q",
            title="Confidence",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format="~%"),
        ),
        y=alt.Y("fraction:Q", title="Fraction of the test images", axis=alt.Axis(format="~%")),
        color=run_color(runs),
        tooltip=[
            alt.Tooltip("run:N", title="Run"),
            alt.Tooltip("low:Q", title="Confidence from", format=".0%"),
            alt.Tooltip("high:Q", title="to", format=".0%"),
            alt.Tooltip("count:Q", title="Images", format=","),
        ],
    )
    line = bins.mark_line(interpolate="step-after", strokeWidth=2)
    return alt.layer(line, bins.mark_circle(size=140).encode(opacity=alt.value(0))).properties(
        height=_height(340, runs)
    )


def slope_chart(*, places: Sequence[str], runs: Sequence[str]) -> LayeredChart:
    """Draw a line for each run from one test set to another.

    Data: `points` (run, test set, accuracy).
    """
    points = alt.Chart(alt.NamedData("points")).encode(
        x=alt.X(
            "test set:N",
            sort=list(places),
            title=None,
            axis=alt.Axis(labelAngle=0, labelLimit=180),
            scale=alt.Scale(type="point", padding=0.4),
        ),
        y=alt.Y(
            "accuracy:Q",
            title="Accuracy",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format=".0%", tickCount=6),
        ),
        color=run_color(runs),
        tooltip=[
            alt.Tooltip("run:N", title="Run"),
            alt.Tooltip("test set:N", title="Tested on"),
            alt.Tooltip("accuracy:Q", title="Accuracy", format=".1%"),
        ],
    )
    dots = points.mark_point(filled=True, size=90, opacity=1)
    return alt.layer(points.mark_line(strokeWidth=2.5), dots).properties(height=_height(300, runs))


def fall_chart(*, names: Sequence[str], runs: Sequence[str]) -> LayeredChart:
    """Draw a bar from one accuracy down to another for each class and run, a dot at its end.

    Data: `falls` (name, run, before, after).
    """
    axis = alt.Axis(format=".0%", tickCount=6)
    bars = alt.Chart(alt.NamedData("falls")).encode(
        y=alt.Y("name:N", sort=list(names), title=None, axis=alt.Axis(labelLimit=140)),
        yOffset=alt.YOffset("run:N", sort=list(runs), scale=alt.Scale(paddingOuter=0.6)),
        x=alt.X("after:Q", title="Accuracy", scale=alt.Scale(domain=[0, 1]), axis=axis),
        color=run_color(runs, legend=False),
        tooltip=[
            alt.Tooltip("name:N", title="Garment"),
            alt.Tooltip("run:N", title="Run"),
            alt.Tooltip("before:Q", title="On its own test set", format=".1%"),
            alt.Tooltip("after:Q", title="On real photographs", format=".1%"),
        ],
    )
    spans = bars.mark_rule(strokeWidth=2.5, opacity=0.45).encode(x2="before:Q")
    dots = bars.mark_point(filled=True, size=80, opacity=1)
    return alt.layer(spans, dots).properties(height=300 + 26 * max(0, len(runs) - 2))


def cost_chart(title: str, *, runs: Sequence[str], axis_format: str) -> LayeredChart:
    """Draw test accuracy against cost.

    Data: `runs` (run, label, cost, accuracy, height, cut_off, compared), `front` (cost, height),
    `labels` (label, cost, height, place). A point stands at its `height`: its accuracy, or the
    bottom of the chart for runs that are `cut_off` because they would flatten the others.
    """
    x, y = (
        alt.X(
            "cost:Q",
            title=title,
            scale=alt.Scale(type="log", nice=False, padding=45),
            axis=alt.Axis(format=axis_format, tickCount=6),
        ),
        alt.Y(
            "height:Q",
            title="Test accuracy",
            scale=alt.Scale(zero=False, nice=False, padding=24),
            axis=alt.Axis(format=".1~%", tickCount=6),
        ),
    )
    shared = alt.Chart(alt.NamedData("runs")).encode(
        tooltip=[
            alt.Tooltip("label:N", title="Run"),
            alt.Tooltip("cost:Q", title=title, format=",.4~s"),
            alt.Tooltip("accuracy:Q", title="Test accuracy", format=".2%"),
        ],
        x=x,
        y=y,
        shape=alt.Shape(
            "cut_off:N",
            scale=alt.Scale(domain=[False, True], range=["circle", "triangle-down"]),
            legend=None,
        ),
    )
    front = (
        alt.Chart(alt.NamedData("front"))
        .mark_line(color=GRAY, strokeDash=[4, 3], interpolate="step-after")
        .encode(x=x, y=y)
    )
    others = shared.transform_filter("!datum.compared").mark_point(
        size=90, color=GRAY, opacity=0.55, filled=True
    )
    compared = shared.transform_filter("datum.compared").mark_point(
        size=190, opacity=1, filled=True
    )
    return alt.layer(
        front,
        others,
        compared.encode(color=run_color(runs, legend=False)),
        *(_place_labels(place).encode(x=x, y=y) for place in LABEL_PLACES),
    ).properties(height=420)


def _place_labels(place: str) -> alt.Chart:
    """Draw the labels that stand in one place beside their points."""
    dx, dy, align = LABEL_PLACES[place]
    return (
        alt.Chart(alt.NamedData("labels"))
        .transform_filter(alt.datum.place == place)
        .mark_text(
            dx=dx, dy=dy, align=align, fontSize=LABEL_SIZE, color=TEXT_COLOR, baseline="middle"
        )
        .encode(text="label:N")
    )


def _height(plot_height: int, runs: Sequence[str]) -> int:
    """Add the height of the legend, which has one row per run."""
    return plot_height + LEGEND_ROW_HEIGHT * (len(runs) - 1)


def run_colors(indices: Sequence[int]) -> tuple[str, ...]:
    """Return the colors of the runs at these positions."""
    return tuple(RUN_COLORS[index] for index in indices)
