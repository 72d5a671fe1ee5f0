"""View: heatmaps of all models and methods side by side, with downloads."""

from functools import partial

import streamlit as st

from fmnist_core.explain_page import compute, downloads, heatmap_cards
from fmnist_core.explain_page.request import ExplainRequest
from fmnist_core.formatting import escape_markdown

NO_FEATURE_MAPS = (
    "{} has no feature maps: its layers do not preserve the rows and columns of the picture. It is "
    "explained by its input gradient and by occlusion instead."
)


def draw_heatmaps(request: ExplainRequest) -> None:
    """Draw a card for each model and method, the downloads, and what each method does."""
    with st.spinner("Computing heatmaps …", show_time=True):
        explanations = compute.explain_all(request)
    st.html(heatmap_cards.legend_html(request.style))
    st.html(heatmap_cards.cards_html(explanations, request))
    for model in request.models:
        if model.uses_fallback and model.prediction.predicted is not None:
            st.caption(f":material/info: {escape_markdown(NO_FEATURE_MAPS.format(model.name))}")
    if not any(explanation.heatmap for explanation in explanations):
        return
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "PNG", partial(downloads.encode_sheet, explanations, request),
            file_name="heatmaps.png", mime="image/png", icon=":material/image:", key="maps png",
            on_click="ignore", help="All heatmaps on this page as one PNG, at twice the size.",
        )  # fmt: skip
        st.download_button(
            "CSV", partial(downloads.weights_csv, explanations, request.style),
            file_name="heatmaps.csv", mime="text/csv", icon=":material/table:", key="maps csv",
            on_click="ignore",
            help="The weights as they are drawn, from 0 to 1: of the 28 × 28 pixels, or of the "
            "layer's raw grid.",
        )  # fmt: skip
    _draw_method_descriptions(request)


def _draw_method_descriptions(request: ExplainRequest) -> None:
    methods = {method.key: method for model in request.models for method in model.methods}
    st.caption(
        "  \n".join(
            f"**{method.title}**: {escape_markdown(method.teaches)}" for method in methods.values()
        )
    )
