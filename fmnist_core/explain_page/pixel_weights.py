"""A heatmap whose weights can be read pixel by pixel."""

import altair as alt
import numpy as np
import streamlit as st

from fmnist_core.attribution import overlay
from fmnist_core.charts.vega_lite import LayeredChart, chart_spec
from fmnist_core.explain_page import heatmap_cards
from fmnist_core.explain_page.compute import Explanation
from fmnist_core.explain_page.request import ExplainRequest
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.ui import live_chart

EDGE, MARGIN = 364, 20
"""13 screen pixels per pixel of the image, and the height that Vega reserves for itself."""


def pixel_chart() -> LayeredChart:
    """Draw the pixels in their own colors. Data: `pixels` (row, column, color, weight, brightness).

    Their weights and brightness appear on hover.
    """
    pixels = alt.Chart(alt.NamedData("pixels"))
    position = alt.X("column:O", title=None, axis=None), alt.Y("row:O", title=None, axis=None)
    hovered = alt.selection_point(on="pointerover", clear="pointerout", empty=False)
    squares = pixels.mark_rect(strokeWidth=1.5).encode(
        *position,
        color=alt.Color("color:N", scale=None, legend=None),
        # A stroke in the pixel's own color closes the gaps between pixels.
        stroke=alt.condition(
            hovered, alt.value("white"), alt.Color("color:N", scale=None, legend=None)
        ),
        tooltip=[
            alt.Tooltip("weight:Q", title="Weight", format=".2f"),
            alt.Tooltip("brightness:Q", title="Brightness (0 to 255)"),
            alt.Tooltip("row:O", title="Row"),
            alt.Tooltip("column:O", title="Column"),
        ],
    )
    return alt.layer(squares.add_params(hovered)).properties(height=EDGE + MARGIN)


def draw_pixel_weights(explanation: Explanation, request: ExplainRequest) -> None:
    """Draw the chart and the color scale; the explanation must have a heatmap."""
    image, style = request.image.pixels, request.style
    displayed = overlay.displayed_weights(explanation.heatmap, style)
    assert displayed is not None
    weights = overlay.resample_to_pixels(displayed, raw_grid=style.raw_grid)
    colors = overlay.blend(np.repeat(image[..., None], 3, axis=2), weights, style)
    rows = [
        {
            "row": row, "column": column, "weight": round(float(weights[row, column]), 4),
            "brightness": int(image[row, column]),
            "color": "#{:02x}{:02x}{:02x}".format(*colors[row, column]),
        }
        for row in range(IMAGE_SIZE)
        for column in range(IMAGE_SIZE)
    ]  # fmt: skip
    name = f"{explanation.method.title} of {explanation.model.name}"
    with st.container(width=EDGE):
        live_chart.draw_chart(
            chart_spec(pixel_chart), {"pixels": rows}, key="weights",
            description=f"Weights of {name}, pixel by pixel",
        )  # fmt: skip
    st.html(heatmap_cards.legend_html(style))
