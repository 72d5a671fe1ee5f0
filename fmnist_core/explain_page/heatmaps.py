"""Heatmaps side by side: models by methods, with their downloads."""

from functools import partial

import streamlit as st

from fmnist_core.explain_page import compute, downloads, heatmap_cards
from fmnist_core.explain_page.request import ExplainRequest
from fmnist_core.formatting import escape_markdown

NO_MAPS = (
    "{} has no feature maps: its layers do not keep the picture's rows and columns. It is "
    "explained by its input gradient and by occlusion instead."
)


def show(question: ExplainRequest) -> None:
    """A card for each model and method."""
    with st.spinner("Looking at what the models looked at …", show_time=True):
        shown = compute.all_of(question)
    st.html(heatmap_cards.legend(question.look))
    st.html(heatmap_cards.maps(shown, question))
    for name, row in question.models.items():
        if question.is_replaced(row) and question.said[name].predicted is not None:
            st.caption(f":material/info: {escape_markdown(NO_MAPS.format(name))}")
    if not any(each.heatmap for each in shown):
        return
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "Picture", partial(downloads.picture, shown, question), file_name="heatmaps.png",
            mime="image/png", icon=":material/image:", key="maps png", on_click="ignore",
            help="All maps of this page as one PNG, at twice the size.",
        )  # fmt: skip
        st.download_button(
            "Numbers", partial(downloads.numbers, shown, question.look), file_name="heatmaps.csv",
            mime="text/csv", icon=":material/table:", key="maps csv", on_click="ignore",
            help="The weights as they are drawn, from 0 to 1: of the 28 × 28 pixels, or of the "
            "layer's real grid.",
        )  # fmt: skip
    _methods(question)


def _methods(question: ExplainRequest) -> None:
    """What each of those that are shown does."""
    used = {each.key: each for row in question.models.values() for each in question.methods_of(row)}
    st.caption("  \n".join(f"**{each.title}**: {escape_markdown(each.teaches)}" for each in used.values()))
