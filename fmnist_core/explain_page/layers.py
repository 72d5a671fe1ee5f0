"""View: heatmaps of one method in every layer of a model, from shallow to deep."""

from dataclasses import replace

import streamlit as st

from fmnist_core.errors import LabError
from fmnist_core.explain_page import compute, heatmap_cards
from fmnist_core.explain_page.request import ExplainRequest, ModelRequest
from fmnist_core.formatting import escape_markdown

NO_FEATURE_MAPS = (
    "This model has no feature maps: it treats the picture as 784 independent numbers."
)
LEGEND = (
    "Each heatmap shows the layer's raw grid: the first layers see a few pixels at a time, the "
    "last ones the whole garment."
)


def draw_layers(request: ExplainRequest) -> None:
    """Draw a strip of heatmaps for each model."""
    request = replace(request, style=replace(request.style, raw_grid=True))
    st.html(heatmap_cards.legend_html(request.style, text=LEGEND))
    for model in request.models:
        st.markdown(f"**{escape_markdown(model.name)}**")
        try:
            _draw_strip(request, model)
        except LabError as error:
            st.info(escape_markdown(str(error)))


def _draw_strip(request: ExplainRequest, model: ModelRequest) -> None:
    """Raises `LabError` if the model cannot be loaded."""
    layers = compute.get_layers(model.run)
    if not layers:
        st.caption(NO_FEATURE_MAPS)
        return
    tasks: list[compute.Task] = [(model, request.methods[0], layer.name) for layer in layers]
    explanations = compute.explain_tasks(request, tasks)
    if explanations[0].caption:
        st.caption(escape_markdown(explanations[0].caption))
    default = compute.get_default_layer(model.run)
    st.html(heatmap_cards.layer_strip_html(explanations, request, default=default))
