"""Altair charts of the Compare page: from names to a chart over named, empty data sets."""

from collections.abc import Sequence
from typing import Literal

import altair as alt

from fmnist_core.charts.palette import GREY, LEGEND_LINE, RUN_COLORS, Layered, run_color
from fmnist_core.fashion_mnist import CLASSES

Scale = Literal["linear", "log"]


def intervals_chart(*, runs: Sequence[str]) -> Layered:
    """Test accuracies with intervals. Data: `runs` (run, accuracy, low, high)."""
    runs_axis = alt.Y("run:N", sort=list(runs), title=None, axis=alt.Axis(labelLimit=230))
    shared = alt.Chart(alt.NamedData("runs")).encode(
        y=runs_axis,
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


def counts_chart(*, kinds: Sequence[str], colours: Sequence[str]) -> Layered:
    """A bar for each kind of image. Data: `kinds` (kind, count)."""
    bars = alt.Chart(alt.NamedData("kinds")).encode(
        y=alt.Y("kind:N", sort=list(kinds), title=None, axis=alt.Axis(labelLimit=260)),
        x=alt.X("count:Q", title="Test images", axis=alt.Axis(format=",d", tickCount=5)),
    )
    colour = alt.Color(
        "kind:N", scale=alt.Scale(domain=list(kinds), range=list(colours)), legend=None
    )
    return alt.layer(
        bars.mark_bar(cornerRadiusEnd=3).encode(color=colour),
        bars.mark_text(align="left", dx=5, color=GREY).encode(text=alt.Text("count:Q", format=",")),
    ).properties(height=alt.Step(32))


def classes_chart(title: str, *, runs: Sequence[str]) -> Layered:
    """One figure of every class for several runs. Data: `classes` (name, run, value)."""
    points = alt.Chart(alt.NamedData("classes")).encode(
        y=alt.Y("name:N", sort=list(CLASSES), title=None, axis=alt.Axis(labelLimit=120)),
        x=alt.X(
            "value:Q",
            title=title,
            scale=alt.Scale(zero=False, nice=True, padding=8),
            axis=alt.Axis(format=".0%"),
        ),
    )
    span = points.mark_line(color=GREY, strokeWidth=1, opacity=0.6).encode(detail="name:N")
    dots = points.mark_point(filled=True, size=90, opacity=0.9).encode(
        color=run_color(runs, symbol="circle"),
        tooltip=[
            alt.Tooltip("name:N", title="Class"),
            alt.Tooltip("run:N", title="Run"),
            alt.Tooltip("value:Q", title=title, format=".1%"),
        ],
    )
    return alt.layer(span, dots).properties(height=_height(380, runs))


def reliability_chart(*, runs: Sequence[str]) -> Layered:
    """How often a model is right when it is so sure.

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
            title="Share that is right",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format="~%"),
        ),
    )
    ideal = alt.Chart(alt.NamedData("ideal")).mark_line(color=GREY, strokeDash=[4, 4])
    bins = alt.Chart(alt.NamedData("bins")).encode(
        color=run_color(runs),
        tooltip=[
            alt.Tooltip("run:N", title="Run"),
            alt.Tooltip("confidence:Q", title="Mean confidence", format=".1%"),
            alt.Tooltip("accuracy:Q", title="Share that is right", format=".1%"),
            alt.Tooltip("count:Q", title="Images", format=","),
        ],
        x=x,
        y=y,
    )
    # Bins of few images, whose shares jump, are small.
    size = alt.Size("count:Q", scale=alt.Scale(type="sqrt", range=[12, 160]), legend=None)
    dots = bins.mark_circle(opacity=1).encode(size=size)
    return alt.layer(ideal.encode(x=x, y=y), bins.mark_line(strokeWidth=2), dots).properties(
        height=_height(340, runs)
    )


def confidence_chart(*, runs: Sequence[str]) -> Layered:
    """How many images each model is how sure of. Data: `bins` (run, low, high, share, count)."""
    bins = alt.Chart(alt.NamedData("bins")).encode(
        x=alt.X(
            "low:Q",
            title="Confidence",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format="~%"),
        ),
        y=alt.Y("share:Q", title="Share of the test images", axis=alt.Axis(format="~%")),
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


def cost_chart(title: str, *, runs: Sequence[str], axis_format: str) -> Layered:
    """What accuracy costs.

    Data: `runs` (run, label, cost, accuracy, picked), `front` (cost, accuracy).
    """
    x, y = (
        alt.X(
            "cost:Q",
            title=title,
            scale=alt.Scale(type="log", nice=False, padding=45),
            axis=alt.Axis(format=axis_format, tickCount=6),
        ),
        alt.Y(
            "accuracy:Q",
            title="Test accuracy",
            scale=alt.Scale(zero=False, nice=True, padding=14),
            axis=alt.Axis(format=".1~%"),
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
    )
    front = (
        alt.Chart(alt.NamedData("front"))
        .mark_line(color=GREY, strokeDash=[4, 3], interpolate="step-after")
        .encode(x=x, y=y)
    )
    others = shared.transform_filter("!datum.picked").mark_circle(size=90, color=GREY, opacity=0.55)
    picked = shared.transform_filter("datum.picked").mark_circle(size=190, opacity=1)
    names = shared.mark_text(dy=-13, fontSize=11, color=GREY, limit=120).encode(text="label:N")
    return alt.layer(
        front, others, picked.encode(color=run_color(runs, legend=False)), names
    ).properties(height=420)


def _height(alone: int, runs: Sequence[str]) -> int:
    """The legend stands inside a chart's height, a line for each run."""
    return alone + LEGEND_LINE * (len(runs) - 1)


def colours_of(places: Sequence[int]) -> tuple[str, ...]:
    """The runs' own colours."""
    return tuple(RUN_COLORS[place] for place in places)
