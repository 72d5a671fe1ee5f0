"""One method in every layer of a model, from shallow to deep."""

import streamlit as st

from fmnist_core.errors import LabError
from fmnist_core.explain import asking, panels
from fmnist_core.explain.question import Question
from fmnist_core.ui.wording import escaped

AS_A_STRIP = "display:grid;grid-template-columns:repeat(auto-fill,minmax(112px,1fr));gap:10px"


def show(question: Question) -> None:
    """A strip for each model."""
    st.html(panels.legend(question.look))
    for name, row in question.models.items():
        st.markdown(f"**{escaped(name)}**")
        try:
            layers = asking.layers_of(row)
        except LabError as error:
            st.info(escaped(str(error)))
            continue
        if not layers:
            st.caption(
                "It has no feature maps in any layer: it takes the picture for 784 numbers without "
                "neighbours."
            )
            continue
        method = question.methods[0]
        with st.spinner(f"{len(layers)} layers …"):
            shown = [
                asking.of_question(question, name, method, layer=layer.name) for layer in layers
            ]
        st.html(panels.strip(shown, question, style=AS_A_STRIP))
