"""View: one heatmap large, those of other models and methods beside each other, and downloads."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from fmnist_core.explain_page import compute, findings, heatmap_cards, heatmap_export, view_row
from fmnist_core.explain_page.compute import Explanation
from fmnist_core.explain_page.request import ExplainRequest
from fmnist_core.explain_page.views import VIEWS
from fmnist_core.formatting import escape_markdown
from fmnist_core.ui.downloads import download_button

NO_FEATURE_MAPS = (
    "{} has no feature maps: its layers do not preserve the rows and columns of the picture. It is "
    "explained by its input gradient and by occlusion instead."
)

NEXT_VIEWS = {"trust": ":material/fact_check:", "poke": ":material/brush:"}
"""The views to go on with, and their icons."""


def draw_heatmaps(request: ExplainRequest) -> None:
    """Draw the first heatmap large, with what one sees in it; then the others and the downloads."""
    first, *others = compute.explain_all(request)
    _draw_large(first, request)
    if others:
        st.header("Other models and methods", anchor=False)
        st.html(heatmap_cards.cards_html(others, request))
    for model in request.models:
        if model.uses_fallback and model.prediction.predicted is not None:
            st.caption(f":material/info: {escape_markdown(NO_FEATURE_MAPS.format(model.name))}")
    if not any(explanation.heatmap for explanation in (first, *others)):
        return
    _draw_method_descriptions(request)
    _draw_downloads([first, *others], request)


def _draw_large(explanation: Explanation, request: ExplainRequest) -> None:
    """Draw what one sees in a heatmap, the heatmap, and the ways on."""
    with st.container(key="explain-large"):
        with st.container(key="explain-finding"):
            st.header(escape_markdown(findings.headline(explanation, request.image)), anchor=False)
            st.markdown(escape_markdown(findings.evidence(explanation, request.image)))
        with st.container(key="explain-figure"):
            st.html(heatmap_cards.large_html(explanation, request))
        with st.container(key="explain-ways-on"):
            st.html(heatmap_cards.legend_html(request.style))
            with st.container(horizontal=True, gap="small"):
                for key, icon in NEXT_VIEWS.items():
                    st.button(
                        VIEWS[key].title, icon=icon, key=f"open {key}",
                        on_click=view_row.open_view, args=(key,),
                    )  # fmt: skip


def _draw_downloads(explanations: Sequence[Explanation], request: ExplainRequest) -> None:
    with st.container(horizontal=True, gap="small"):
        download_button(
            "PNG", partial(heatmap_export.encode_sheet, explanations, request),
            file_name="heatmaps.png", icon=":material/image:", key="maps png",
            help="All heatmaps on this page as one PNG, at twice the size.",
        )  # fmt: skip
        download_button(
            "CSV", partial(heatmap_export.weights_csv, explanations, request.style),
            file_name="heatmaps.csv", icon=":material/table:", key="maps csv",
            help="The weights as they are drawn, from 0 to 1: of the 28 × 28 pixels, or of the "
            "layer's raw grid.",
        )  # fmt: skip


def _draw_method_descriptions(request: ExplainRequest) -> None:
    methods = {method.key: method for model in request.models for method in model.methods}
    st.caption(
        "  \n".join(
            f"**{method.title}**: {escape_markdown(method.teaches)}" for method in methods.values()
        )
    )
