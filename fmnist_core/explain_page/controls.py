"""The page's controls: methods, classes, layers, and how a heatmap is drawn."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from fmnist_core.attribution.methods import METHODS, LAYER_KINDS
from fmnist_core.attribution.overlay import COLOR_MAPS, HeatmapStyle
from fmnist_core.errors import LabError
from fmnist_core.explain_page import compute
from fmnist_core.explain_page.request import ANSWER, NOTHING, SECOND, TRUTH, ExplainRequest
from fmnist_core.explain_page.views import ExplainView
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.runs.summary import RunSummary
from fmnist_core.serving.prediction import Prediction

if TYPE_CHECKING:
    from fmnist_core.attribution.layers import Layer

FIRST_METHOD = "gradcam"
USUAL = "usual"
USUAL_HINT = "The usual one is the deepest that still has a map of 7×7 or finer."
CONTRAST = (
    "A class on its own, or the contrast of two: what speaks for the one and not for the other."
)
WORDS = {
    ANSWER: "What it answers",
    TRUTH: "The true class",
    SECOND: "Its second choice",
    NOTHING: "Nothing",
}


def ask(
    models: Mapping[str, RunSummary],
    given: InputImage,
    said: Mapping[str, Prediction],
    view: ExplainView,
) -> ExplainRequest:
    """Draw those that change something in this view, and say what they ask."""
    keys = _method() if view.one_method else _methods()
    known = [] if given.label is None else [TRUTH]
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        label = _list("Why", [ANSWER, *known, *CLASSES], "explained class")
        others = [each for each in (ANSWER, SECOND, *known, *CLASSES) if each != label]
        against = _list("and not", [NOTHING, *others], "against class", help=CONTRAST)
    layers: Mapping[str, str] = {}
    with st.container(horizontal=True, gap="small"):
        if models and view.in_one_layer:
            with st.popover("Layer", icon=":material/layers:"):
                layers = _layers(models)
        with st.popover("Look", icon=":material/palette:"):
            picture = look(blocks=view.in_one_layer)
            smooth = _smooth()
    return ExplainRequest(
        models=models,
        given=given,
        said=said,
        methods=[METHODS[key] for key in keys],
        label=label,
        against=against,
        layers=layers,
        smooth=smooth,
        look=picture,
    )


def _methods() -> list[str]:
    chosen = st.multiselect(
        "Methods", list(METHODS), default=[FIRST_METHOD],
        format_func=lambda key: METHODS[key].title, key="methods", persist_state="session",
        placeholder="Grad-CAM", help="Choose several to see them side by side.",
    )  # fmt: skip
    return list(chosen) or [FIRST_METHOD]


def _method() -> list[str]:
    """One of those that look at a layer."""
    keys = [key for key, method in METHODS.items() if method.kind in LAYER_KINDS]
    chosen = st.selectbox(
        "Method", keys, format_func=lambda key: METHODS[key].title, key="one method",
        persist_state="session",
    )  # fmt: skip
    return [chosen or FIRST_METHOD]


def _list(label: str, options: list[str], key: str, *, help: str | None = None) -> str:
    if st.session_state.get(key) not in options:
        st.session_state[key] = options[0]
    chosen = st.selectbox(
        label, options, format_func=lambda each: WORDS.get(each, each), key=key, width=160,
        help=help, persist_state="session",
    )  # fmt: skip
    return chosen or options[0]


def _layers(models: Mapping[str, RunSummary]) -> dict[str, str]:
    """By a run's id, where another than the usual one is chosen."""
    st.caption(USUAL_HINT)
    chosen = {}
    for name, row in models.items():
        try:
            found = compute.layers_of(row)
        except LabError:
            continue  # its card says why
        if not found:
            st.caption(f"{name}: no feature maps.")
            continue
        layer = _layer(name, row, found)
        if layer != USUAL:
            chosen[row.id] = layer
    return chosen


def _layer(name: str, row: RunSummary, found: Sequence["Layer"]) -> str:
    """The name of one of its layers, or that it is the usual one."""
    words = {
        each.name: f"{number} of {len(found)} · {each.height}×{each.width}"
        for number, each in enumerate(found, start=1)
    }
    chosen = st.selectbox(
        name, [USUAL, *words], format_func=lambda each: words.get(each, "Usual"),
        key=f"layer of {row.id}", persist_state="session",
    )  # fmt: skip
    return chosen or USUAL


def look(*, blocks: bool) -> HeatmapStyle:
    """How a map is drawn; `blocks` says whether its grid may be shown."""
    strength = st.slider(
        "Strength of the overlay", 0, 100, 60, step=5, format="%d%%", key="overlay strength",
        persist_state="session",
    )  # fmt: skip
    colours = st.selectbox("Colours", list(COLOR_MAPS), key="colours", persist_state="session")
    grid = blocks and st.toggle(
        "Show the layer's real grid", key="real grid", persist_state="session",
        help="A layer has a few places only, such as 7×7. The smooth picture hides that.",
    )  # fmt: skip
    return HeatmapStyle(colours=colours or "Inferno", strength=strength / 100, blocks=grid)


def _smooth() -> bool:
    return st.toggle(
        "Average over small changes", key="smooth maps", persist_state="session",
        help="The library's own smoothing: the mean of the maps of mirrored and brighter versions, "
        "and its strongest component. Six times as slow.",
    )  # fmt: skip
