"""Charts of the Data page: class balance and pixel histograms."""

from typing import Any

import altair as alt

from fmnist_core.charts.palette import RUN_COLORS
from fmnist_core.charts.vega_lite import LayeredChart
from fmnist_core.fashion_mnist import CLASSES

BALANCE_HEIGHT, HISTOGRAM_HEIGHT = 250, 220


def balance_chart() -> LayeredChart:
    """Draw how many images each class has. Data: `classes` (name, count)."""
    base = alt.Chart(alt.NamedData("classes")).encode(
        y=alt.Y(
            "name:N",
            sort=list(CLASSES),
            title=None,
            axis=alt.Axis(labelLimit=120, labelOverlap=False, labelBound=False, labelFlush=False),
        ),
        x=alt.X("count:Q", title="Images", axis=alt.Axis(tickCount=4, format=",d")),
    )
    bars = base.mark_bar(color=RUN_COLORS[0], cornerRadiusEnd=3).encode(
        tooltip=[
            alt.Tooltip("name:N", title="Class"),
            alt.Tooltip("count:Q", title="Images", format=","),
        ]
    )
    return alt.layer(bars).properties(height=BALANCE_HEIGHT)


def histogram_chart(*, title: str, normalized: bool) -> LayeredChart:
    """Draw the fraction of pixels by value. Data: `bins` (value, start, end, fraction)."""
    color = RUN_COLORS[2] if normalized else RUN_COLORS[0]
    x: Any = alt.X("start:Q", title=title, axis=alt.Axis(tickCount=6))
    bars = alt.Chart(alt.NamedData("bins")).mark_bar(color=color, binSpacing=1).encode(
        x=x.bin("binned"),
        x2="end:Q",
        y=alt.Y("fraction:Q", title="Pixels", axis=alt.Axis(format="%", tickCount=4)),
        tooltip=[
            alt.Tooltip("value:Q", title="Value", format=".2f"),
            alt.Tooltip("fraction:Q", title="Pixels", format=".1%"),
        ],
    )  # fmt: skip
    return alt.layer(bars).properties(height=HISTOGRAM_HEIGHT)
