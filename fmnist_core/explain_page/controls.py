"""The controls: methods, classes, layers, and the display of heatmaps."""

from collections.abc import Mapping, Sequence

import streamlit as st

from fmnist_core.attribution.methods import LAYER_KINDS, METHODS, Method
from fmnist_core.attribution.overlay import COLOR_MAPS, HeatmapStyle
from fmnist_core.errors import LabError
from fmnist_core.explain_page import compute
from fmnist_core.explain_page.request import (
    ClassChoice,
    ExplainRequest,
    TargetChoice,
    TargetSelection,
    resolve_models,
)
from fmnist_core.explain_page.views import ExplainView
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.runs.summary import RunSummary
from fmnist_core.serving.prediction import Prediction

DEFAULT_METHOD = "gradcam"
LAYER_HINT = "The default is the deepest layer with a grid of 7 × 7 or finer."
CONTRAST_HINT = "Shows the evidence for one class over the other, instead of for one class alone."
TITLES = {
    TargetChoice.PREDICTED: "the model's prediction",
    TargetChoice.LABEL: "the true class",
    TargetChoice.RUNNER_UP: "its second choice",
    TargetChoice.NONE: "–",
}


def draw_controls(
    models: Mapping[str, RunSummary],
    image: InputImage,
    predictions: Mapping[str, Prediction],
    view: ExplainView,
) -> ExplainRequest:
    """Draw the controls that the view uses; return the settings, resolved for each model."""
    methods = [_pick_method()] if view.single_method else _pick_methods()
    selection = _pick_target(has_label=image.label is not None)
    layers: Mapping[str, str] = {}
    if models and view.has_layer_choice:
        layers = _pick_layers(models)
    style = draw_style_controls(has_grid=view.has_layer_choice)
    smooth = _draw_smooth_toggle()
    return ExplainRequest(
        image=image,
        models=resolve_models(
            models,
            predictions,
            methods=methods,
            selection=selection,
            label=image.label,
            layers=layers,
        ),
        methods=tuple(methods),
        selection=selection,
        smooth=smooth,
        style=style,
    )


def _pick_methods() -> list[Method]:
    keys = st.multiselect(
        "Methods", list(METHODS), default=[DEFAULT_METHOD],
        format_func=lambda key: METHODS[key].title, key="methods", persist_state="session",
        placeholder=METHODS[DEFAULT_METHOD].title,
        help="Choose several to see them side by side.",
    )  # fmt: skip
    return [METHODS[key] for key in keys or [DEFAULT_METHOD]]


def _pick_method() -> Method:
    """Pick one of the methods that explain a layer."""
    keys = [key for key, method in METHODS.items() if method.kind in LAYER_KINDS]
    key = st.selectbox(
        "Method", keys, format_func=lambda key: METHODS[key].title, key="one method",
        persist_state="session",
    )  # fmt: skip
    return METHODS[key or DEFAULT_METHOD]


def _pick_target(*, has_label: bool) -> TargetSelection:
    classes: Sequence[ClassChoice] = [
        *([TargetChoice.LABEL] if has_label else []),
        *range(len(CLASSES)),
    ]
    label = _pick_class("Explain", [TargetChoice.PREDICTED, *classes], "explained class")
    others = [TargetChoice.PREDICTED, TargetChoice.RUNNER_UP, *classes]
    others = [choice for choice in others if choice != label]
    against = _pick_class(
        "Instead of", [TargetChoice.NONE, *others], "against class", help=CONTRAST_HINT
    )
    return TargetSelection(label=label, against=against)


def _pick_class(
    label: str, choices: Sequence[ClassChoice], key: str, *, help: str | None = None
) -> ClassChoice:
    if st.session_state.get(key) not in choices:
        st.session_state[key] = choices[0]
    choice = st.selectbox(
        label, choices, format_func=_class_title, key=key, help=help, persist_state="session",
    )  # fmt: skip
    return choices[0] if choice is None else choice


def _class_title(choice: ClassChoice) -> str:
    return TITLES[choice] if isinstance(choice, TargetChoice) else CLASSES[choice]


def _pick_layers(models: Mapping[str, RunSummary]) -> dict[str, str]:
    """Pick a layer for each model that has some; returns their names by run id."""
    layers = {}
    for name, run in models.items():
        try:
            titles = _layer_titles(run)
        except LabError:
            continue  # the model's card shows the error
        if not titles:
            st.caption(f"{name}: no feature maps.")
            continue
        default = compute.get_default_layer(run)
        layer = st.selectbox(
            f"Layer of {name}", list(titles), index=list(titles).index(default),
            format_func=titles.__getitem__, key=f"layer of {run.id}", persist_state="session",
            help=LAYER_HINT,
        )  # fmt: skip
        layers[run.id] = layer or default
    return layers


def _layer_titles(run: RunSummary) -> dict[str, str]:
    """Title of each layer of a model by the layer's name, shallow to deep."""
    layers = compute.get_layers(run)
    if not layers:
        return {}
    default = compute.get_default_layer(run)
    return {
        layer.name: f"{number} of {len(layers)} ({layer.height} × {layer.width} grid)"
        f"{', default' if layer.name == default else ''}"
        for number, layer in enumerate(layers, start=1)
    }


def draw_style_controls(*, has_grid: bool) -> HeatmapStyle:
    """Draw and return the display settings; `has_grid` offers the layer's raw grid."""
    opacity = st.slider(
        "Heatmap opacity", 0, 100, 60, step=5, format="%d%%", key="heatmap opacity",
        persist_state="session",
    )  # fmt: skip
    color_map = st.selectbox("Colors", list(COLOR_MAPS), key="color map", persist_state="session")
    raw_grid = has_grid and st.toggle(
        "Show the raw grid", key="raw grid", persist_state="session",
        help="A layer has a coarse grid, such as 7 × 7. The smooth heatmap hides that.",
    )  # fmt: skip
    return HeatmapStyle(
        color_map=color_map or next(iter(COLOR_MAPS)), opacity=opacity / 100, raw_grid=raw_grid
    )


def _draw_smooth_toggle() -> bool:
    return st.toggle(
        "Smooth", key="smooth maps", persist_state="session",
        help="The average of the heatmaps of mirrored and brightened copies of the image, reduced "
        "to its strongest component (test-time augmentation). Six times slower.",
    )  # fmt: skip
