"""Altair charts of the Explain page, over named data."""

import altair as alt

from fmnist_core.charts.palette import GRAY, RUN_COLORS
from fmnist_core.charts.vega_lite import LayeredChart

DELETION, INSERTION = "removing highlighted pixels first", "inserting highlighted pixels first"
HEATMAP_ORDER, RANDOM_ORDER = "heatmap's order", "random order"
HEIGHT = 280


def curve_chart() -> LayeredChart:
    """Plot deletion and insertion curves. Data: `points` (fraction, confidence, curve, order)."""
    points = alt.Chart(alt.NamedData("points"))
    lines = points.mark_line(strokeWidth=2).encode(
        x=alt.X("fraction:Q", title="Fraction of pixels", axis=alt.Axis(format="%", tickCount=5)),
        y=alt.Y(
            "confidence:Q", title="Confidence", axis=alt.Axis(format="%", tickCount=5),
            scale=alt.Scale(nice=True),
        ),
        color=alt.Color(
            "curve:N", title=None,
            scale=alt.Scale(domain=[DELETION, INSERTION], range=[RUN_COLORS[3], RUN_COLORS[0]]),
            legend=alt.Legend(orient="top", direction="horizontal", labelLimit=300),
        ),
        strokeDash=alt.StrokeDash(
            "order:N", title=None,
            scale=alt.Scale(domain=[HEATMAP_ORDER, RANDOM_ORDER], range=[[1, 0], [4, 4]]),
            legend=alt.Legend(orient="bottom", direction="horizontal", labelLimit=300),
        ),
        tooltip=[
            alt.Tooltip("curve:N", title="Curve"), alt.Tooltip("order:N", title="Order"),
            alt.Tooltip("fraction:Q", title="Fraction of pixels", format=".0%"),
            alt.Tooltip("confidence:Q", title="Confidence", format=".1%"),
        ],
    )  # fmt: skip
    return alt.layer(lines).properties(height=HEIGHT)


def epoch_chart() -> LayeredChart:
    """Plot the confidence in several classes over the epochs.

    Data: `points` (epoch, confidence, name), `selected` (epoch).
    """
    points = alt.Chart(alt.NamedData("points"))
    lines = points.mark_line(strokeWidth=2, point=alt.OverlayMarkDef(size=28)).encode(
        x=alt.X(
            "epoch:Q", title="Epoch", axis=alt.Axis(tickMinStep=1, format="d"),
            scale=alt.Scale(zero=False, nice=False),
        ),
        y=alt.Y(
            "confidence:Q", title="Confidence", axis=alt.Axis(format="%", tickCount=5),
            scale=alt.Scale(domain=[0, 1]),
        ),
        color=alt.Color(
            "name:N", title=None, sort=None, scale=alt.Scale(range=list(RUN_COLORS)),
            legend=alt.Legend(orient="top", columns=3),
        ),
        tooltip=[
            alt.Tooltip("name:N", title="Class"), alt.Tooltip("epoch:Q", title="Epoch"),
            alt.Tooltip("confidence:Q", title="Confidence", format=".1%"),
        ],
    )  # fmt: skip
    selected = alt.Chart(alt.NamedData("selected")).mark_rule(color=GRAY, strokeDash=[3, 3])
    return alt.layer(selected.encode(x="epoch:Q"), lines).properties(height=HEIGHT)
