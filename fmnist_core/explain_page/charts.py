"""Altair charts of the page Explain, over named data."""

import altair as alt

from fmnist_core.charts.palette import GRAY, RUN_COLORS, LayeredChart

DELETION, INSERTION = "marked pixels go first", "marked pixels come first"
MAP, RANDOM = "by the map", "at random"
HEIGHT = 280


def curve_chart() -> LayeredChart:
    """Confidence as pixels go or come. Data: `points` (share, confidence, way, order)."""
    points = alt.Chart(alt.NamedData("points"))
    lines = points.mark_line(strokeWidth=2).encode(
        x=alt.X("share:Q", title="Share of the pixels", axis=alt.Axis(format="%", tickCount=5)),
        y=alt.Y(
            "confidence:Q", title="Confidence", axis=alt.Axis(format="%", tickCount=5),
            scale=alt.Scale(nice=True),
        ),
        color=alt.Color(
            "way:N", title=None,
            scale=alt.Scale(domain=[DELETION, INSERTION], range=[RUN_COLORS[3], RUN_COLORS[0]]),
            legend=alt.Legend(orient="top", direction="horizontal", labelLimit=300),
        ),
        strokeDash=alt.StrokeDash(
            "order:N", title=None, scale=alt.Scale(domain=[MAP, RANDOM], range=[[1, 0], [4, 4]]),
            legend=alt.Legend(orient="bottom", direction="horizontal", labelLimit=300),
        ),
        tooltip=[
            alt.Tooltip("way:N", title="What"), alt.Tooltip("order:N", title="Order"),
            alt.Tooltip("share:Q", title="Share of the pixels", format=".0%"),
            alt.Tooltip("confidence:Q", title="Confidence", format=".1%"),
        ],
    )  # fmt: skip
    return alt.layer(lines).properties(height=HEIGHT)


def epoch_chart() -> LayeredChart:
    """Confidence in each class over the epochs. Data: `points` (epoch, confidence, name, role),
    `now` (epoch).
    """
    points = alt.Chart(alt.NamedData("points"))
    lines = points.mark_line(strokeWidth=2, point=alt.OverlayMarkDef(size=28)).encode(
        x=alt.X("epoch:Q", title="Epoch", axis=alt.Axis(tickMinStep=1, format="d")),
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
    now = alt.Chart(alt.NamedData("now")).mark_rule(color=GRAY, strokeDash=[3, 3]).encode(
        x="epoch:Q"
    )  # fmt: skip
    return alt.layer(now, lines).properties(height=HEIGHT)
