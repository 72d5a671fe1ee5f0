"""Colors of charts, and the color and legend of runs."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import altair as alt

Rows: TypeAlias = list[dict[str, Any]]
Layered: TypeAlias = alt.LayerChart | alt.FacetChart
"""What `alt.layer` says that it returns."""


RUN_COLORS = ("#2b83c6", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9")
"""After Okabe and Ito (2008), told apart by colour-blind eyes, readable on white and on black."""


GREY = "#808590"


LIGHT = "#ffffff"


DARK = "#1c2530"


TEXT_COLOR = "currentColor"
"""That of the page's own text, light or dark: charts are drawn as SVG."""


SELECTED_COLOR = "#d55e00"


LEGEND_LINE = 20


def run_color(runs: Sequence[str], *, legend: bool = True, symbol: str = "stroke") -> alt.Color:
    """Each run in its own colour, by its place."""
    colours = list(RUN_COLORS[: len(runs)])
    return alt.Color(
        "run:N",
        scale=alt.Scale(domain=list(runs), range=colours),
        legend=_legend(symbol) if legend else None,
    )


def _legend(symbol: str) -> alt.Legend:
    return alt.Legend(
        title=None, orient="top", direction="horizontal", columns=1, labelLimit=310,
        symbolType=symbol, symbolSize=250 if symbol == "stroke" else 90, symbolStrokeWidth=2.5,
    )  # fmt: skip
