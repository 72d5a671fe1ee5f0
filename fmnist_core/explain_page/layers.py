"""View: heatmaps of one method in every layer of a model, from shallow to deep."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from fmnist_core.errors import LabError
from fmnist_core.explain_page import body, compute, heatmap_cards
from fmnist_core.explain_page.compute import Explanation
from fmnist_core.explain_page.request import ExplainRequest, ModelRequest
from fmnist_core.formatting import escape_markdown, pluralize
from fmnist_core.models.registry import MODELS
from fmnist_core.ui import run_list
from fmnist_core.ui.query_params import PageLink

NO_FEATURE_MAPS = (
    "This model reads the picture as 784 separate numbers: no layer keeps it a picture."
)
NO_LAYERS = (
    "No layer of {} keeps the picture together: it becomes 784 separate numbers. In a CNN, every "
    "layer is still a picture."
)
EXAMPLE = "cnn"
"""Id of the example model to look at instead."""
LEGEND = (
    "Each heatmap shows the layer's raw grid: the first layers see a few pixels at a time, the "
    "last ones the whole garment."
)


def draw_layers(request: ExplainRequest) -> None:
    """Draw a strip of heatmaps for each model; if none has feature maps, lead to one that has."""
    if not any(MODELS[model.run.model].has_feature_maps for model in request.models):
        _draw_way_to_example([model.name for model in request.models])
        return
    request = replace(request, style=replace(request.style, raw_grid=True))
    for model in request.models:
        st.header(escape_markdown(model.name), anchor=False)
        try:
            _draw_strip(request, model)
        except LabError as error:
            st.info(escape_markdown(str(error)))
    st.html(heatmap_cards.legend_html(request.style, text=LEGEND))


def _draw_way_to_example(names: Sequence[str]) -> None:
    st.header("Nothing to see layer by layer here", anchor=False)
    st.markdown(escape_markdown(NO_LAYERS.format(" and ".join(names))))
    if any(run.is_example and run.id == EXAMPLE for run in run_list.runs()):
        st.button(
            "Show the example CNN", icon=":material/layers:", type="primary", key="example layers",
            on_click=_pick_example,
        )  # fmt: skip


def _pick_example() -> None:
    """Pick the example model from the next rerun on, as if a link named it."""
    st.session_state[body.LINK_KEY] = PageLink(models=(EXAMPLE,))


def _draw_strip(request: ExplainRequest, model: ModelRequest) -> None:
    """Raises `LabError` if the model cannot be loaded."""
    layers = compute.get_layers(model.run)
    if not layers:
        st.caption(NO_FEATURE_MAPS)
        return
    tasks: list[compute.Task] = [(model, request.methods[0], layer.name) for layer in layers]
    explanations = compute.explain_tasks(request, tasks)
    shown = [explanation for explanation in explanations if heatmap_cards.has_map(explanation)]
    caption = next((explanation.caption for explanation in explanations), "")
    texts = filter(None, [f"{caption}." if caption else "", left_out_text(explanations)])
    st.caption(escape_markdown(" ".join(texts)))
    default = compute.get_default_layer(model.run)
    st.html(heatmap_cards.layer_strip_html(shown, request, default=default))


def left_out_text(explanations: Sequence[Explanation]) -> str:
    """How many layers are left out and why: `Not shown: 4 layers too coarse to locate anything.`"""
    num_coarse = sum(map(heatmap_cards.is_too_coarse, explanations))
    num_shown = sum(map(heatmap_cards.has_map, explanations))
    num_empty = len(explanations) - num_shown - num_coarse
    reasons = []
    if num_coarse:
        reasons.append(f"{pluralize(num_coarse, 'layer')} too coarse to locate anything")
    if num_empty:
        reasons.append(f"{pluralize(num_empty, 'layer')} without evidence for this class")
    return f"Not shown: {' and '.join(reasons)}." if reasons else ""
