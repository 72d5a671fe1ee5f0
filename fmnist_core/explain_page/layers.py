"""One method in every layer of a model, from shallow to deep."""

from dataclasses import replace

import streamlit as st

from fmnist_core.errors import LabError
from fmnist_core.explain_page import compute, heatmap_cards
from fmnist_core.explain_page.request import ExplainRequest
from fmnist_core.formatting import escape_markdown
from fmnist_core.runs.summary import RunSummary

NO_LAYERS = (
    "It has no feature maps in any layer: it takes the picture for 784 numbers without neighbours."
)
ORDER = (
    "Each with the layer's real grid: the first see a few pixels each, the last the whole garment."
)


def show(question: ExplainRequest) -> None:
    """A strip for each model."""
    question = replace(question, look=replace(question.look, blocks=True))
    st.html(heatmap_cards.legend(question.look, words=ORDER))
    for name, row in question.models.items():
        st.markdown(f"**{escape_markdown(name)}**")
        try:
            _strip(question, name, row)
        except LabError as error:
            st.info(escape_markdown(str(error)))


def _strip(question: ExplainRequest, name: str, row: RunSummary) -> None:
    """Raises `LabError` where the model cannot be loaded."""
    layers = compute.layers_of(row)
    if not layers:
        st.caption(NO_LAYERS)
        return
    wanted = [(name, question.methods[0], layer.name) for layer in layers]
    shown = compute.one_by_one(question, wanted)
    if shown[0].why:
        st.caption(escape_markdown(shown[0].why))
    st.html(heatmap_cards.strip(shown, question, used=compute.usual_layer(row)))
