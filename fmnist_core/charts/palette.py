"""Colors of charts, and the color and legend of runs."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import altair as alt

RUN_COLORS = ("#2b83c6", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9")
"""Okabe and Ito (2008): distinguishable for color-blind people, readable on white and black."""
FAMILY_COLORS: Mapping[str, str] = MappingProxyType(
    {
        "Fully connected": "#c77a00",
        "Convolutional": "#2b83c6",
        "Mobile convolutional": "#1790a0",
        "Residual": "#00906a",
        "Modern convolutional": "#7a8a00",
        "Transformer": "#d0478f",
        "Convolution and attention": "#8a63d2",
    }
)
"""The color of each family of models: at least 3:1 on the light and the dark page."""
GRAY = "#808590"
LIGHT = "#ffffff"
DARK = "#1c2530"
TEXT_COLOR = "currentColor"
"""The color of the page's text, light or dark: charts are drawn as SVG."""
SELECTED_COLOR = "#d55e00"
LEGEND_ROW_HEIGHT = 20
"""Pixels; the legend is part of the chart's height, with one row per run."""


def run_color(runs: Sequence[str], *, legend: bool = True, symbol: str = "stroke") -> "alt.Color":
    """Encode the field `run`: each run gets the color of its position."""
    import altair as alt  # pages that need only the colors are drawn without it

    colors = list(RUN_COLORS[: len(runs)])
    return alt.Color(
        "run:N",
        scale=alt.Scale(domain=list(runs), range=colors),
        legend=_legend(symbol) if legend else None,
    )


def _legend(symbol: str) -> "alt.Legend":
    import altair as alt

    return alt.Legend(
        title=None, orient="top", direction="horizontal", columns=1, labelLimit=310,
        symbolType=symbol, symbolSize=250 if symbol == "stroke" else 90, symbolStrokeWidth=2.5,
    )  # fmt: skip
