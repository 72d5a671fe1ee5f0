"""A heatmap whose weights can be read pixel by pixel."""

import altair as alt
import numpy as np
import streamlit as st

from fmnist_core.attribution import overlay
from fmnist_core.charts.palette import LayeredChart
from fmnist_core.explain_page import heatmap_cards
from fmnist_core.explain_page.compute import Explanation
from fmnist_core.explain_page.request import ExplainRequest
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.ui import live_chart

EDGE, MARGIN = 364, 20
"""Thirteen for each pixel, and what Vega keeps of the height for itself."""


def weight_chart() -> LayeredChart:
    """Data: `pixels` (row, column, colour, weight, brightness), colours as they are drawn."""
    pixels = alt.Chart(alt.NamedData("pixels"))
    places = alt.X("column:O", title=None, axis=None), alt.Y("row:O", title=None, axis=None)
    pointed = alt.selection_point(on="pointerover", clear="pointerout", empty=False)
    squares = pixels.mark_rect(strokeWidth=1.5).encode(
        *places,
        color=alt.Color("colour:N", scale=None, legend=None),
        # In their own colour, so that no gap shines through between them.
        stroke=alt.condition(
            pointed, alt.value("white"), alt.Color("colour:N", scale=None, legend=None)
        ),
        tooltip=[
            alt.Tooltip("weight:Q", title="Weight", format=".2f"),
            alt.Tooltip("brightness:Q", title="Brightness (0 to 255)"),
            alt.Tooltip("row:O", title="Row"),
            alt.Tooltip("column:O", title="Column"),
        ],
    )
    return alt.layer(squares.add_params(pointed)).properties(height=EDGE + MARGIN)


def show(shown: Explanation, question: ExplainRequest) -> None:
    """The map of a `Shown` that has one."""
    image, look = question.given.preprocessed.image, question.look
    drawn = overlay.displayed_weights(shown.heatmap, look)
    assert drawn is not None
    weights = overlay.resample_to_pixels(drawn, blocks=look.blocks)
    below = np.repeat(image[..., None], 3, axis=2)
    mixed = overlay.blend(below, weights, look)
    rows = [
        {
            "row": row, "column": column, "weight": round(float(weights[row, column]), 4),
            "brightness": int(image[row, column]),
            "colour": "#{:02x}{:02x}{:02x}".format(*mixed[row, column]),
        }
        for row in range(IMAGE_SIZE)
        for column in range(IMAGE_SIZE)
    ]  # fmt: skip
    with st.container(width=EDGE):
        live_chart.draw(
            live_chart.spec(weight_chart), {"pixels": rows}, key="weights",
            says=f"Weights of {shown.method.title} on {shown.model}, pixel by pixel",
        )  # fmt: skip
    st.html(heatmap_cards.legend(look))
