"""Heatmaps with their captions, as HTML."""

from collections.abc import Sequence
from html import escape

import numpy as np

from fmnist_core import html_snippets
from fmnist_core.attribution import overlay
from fmnist_core.attribution.overlay import HeatmapStyle
from fmnist_core.explain_page.compute import Explanation
from fmnist_core.explain_page.request import ExplainRequest
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.formatting import format_latency
from fmnist_core.html_snippets import CARD, MUTED, SMALL_TEXT, data_url, grid_style
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.serving.prediction import Prediction
from fmnist_core.ui.prediction_cards import OOD_LABEL

IMAGE_CSS = "width:100%;border-radius:6px;display:block"
COARSE_EDGE = 4
"""A grid with this edge or a smaller one is too coarse to locate anything."""
LEGEND = "Colors are relative: the brightest spot is simply the most important one in this picture."


def header_html(image: InputImage, predictions: Sequence[Prediction]) -> str:
    """The image as models see it, beside their predictions and the true class, if known."""
    label = image.label
    true_class = (
        ""
        if label is None
        else f'<div style="{MUTED}" title="True class">Actually: {CLASSES[label]}</div>'
    )
    lines = "".join(_prediction_line(prediction, label) for prediction in predictions)
    return (
        '<div style="display:flex;gap:14px;align-items:center">'
        f'<img src="{data_url(image.pixels)}" alt="What the models see" '
        'title="What the models see" style="width:112px;height:112px;image-rendering:pixelated;'
        'border-radius:6px;flex:none">'
        f'<div style="font-size:.82rem;line-height:1.45">{lines}{true_class}</div></div>'
    )


def _prediction_line(prediction: Prediction, label: int | None) -> str:
    name = f"{html_snippets.name_with_dot(prediction.color, prediction.name)}: "
    if prediction.probabilities is None or prediction.predicted is None:
        return f"<div>{name}{escape(prediction.error or '')}</div>"
    predicted = CLASSES[prediction.predicted]
    mark = html_snippets.correctness_mark(prediction.predicted, label)
    runner_up = int(prediction.probabilities.argsort()[-2])
    ood = f" <b>· {OOD_LABEL}</b>" if prediction.is_ood else ""
    return (
        f'<div data-predicted="{predicted}">{name}<b>{predicted}{mark}</b> '
        f'{prediction.confidence:.0%}<span style="{MUTED}">, {CLASSES[runner_up]} '
        f"{prediction.probabilities[runner_up]:.0%}</span>{ood}</div>"
    )


def legend_html(style: HeatmapStyle, *, text: str = LEGEND) -> str:
    """The color scale, and a sentence about it."""
    gradient = overlay.css_gradient(style.color_map)
    scale = f"height:10px;width:150px;border-radius:3px;background:{gradient}"
    return (
        '<div style="font-size:.8rem">'
        '<div style="display:flex;gap:8px;align-items:center"><span>ignored</span>'
        f'<span style="{scale}"></span><span>most important</span></div>'
        f'<div style="{MUTED};margin-top:3px">{text}</div></div>'
    )


def image_html(pixels: np.ndarray, alt: str) -> str:
    """An image RGB uint8 [H, W, 3], as wide as its container."""
    return f'<img src="{data_url(pixels)}" alt="{escape(alt)}" style="{IMAGE_CSS}">'


def cards_html(explanations: Sequence[Explanation], request: ExplainRequest) -> str:
    """A card for each explanation: the heatmap over the model's input and over the original."""
    width = 205 if request.image.preprocessed.original is None else 330
    cards = "".join(_card(explanation, request) for explanation in explanations)
    return f'<div style="{grid_style(width)}">{cards}</div>'


def _card(explanation: Explanation, request: ExplainRequest) -> str:
    model, method = explanation.model, explanation.method
    return (
        f'<figure style="{CARD}" data-model="{escape(model.name)}" data-method="{method.key}">'
        '<div style="font-size:.85rem;margin-bottom:6px">'
        f"{html_snippets.name_with_dot(model.prediction.color, model.name)} · "
        f'<b title="{escape(method.teaches)}">{method.title}</b></div>'
        f"{_card_images(explanation, request)}"
        f'<figcaption style="{SMALL_TEXT};margin-top:6px">{_card_caption(explanation, request)}'
        "</figcaption></figure>"
    )


def _card_images(explanation: Explanation, request: ExplainRequest) -> str:
    original, style = request.image.preprocessed.original, request.style
    weights = overlay.displayed_weights(explanation.heatmap, style)
    alt = f"{explanation.method.title} of {explanation.model.name}"
    over_input = image_html(overlay.overlay_image(request.image.pixels, weights, style), alt)
    if original is None or weights is None:
        return over_input
    over_original = image_html(
        overlay.overlay_original(original, weights, style), f"{alt} over the original"
    )
    source = "Your photo" if request.image.photo_key else "Your drawing"
    titles = "".join(
        f'<span style="{MUTED};font-size:.72rem">{title}</span>'
        for title in ("What the model saw", source)
    )
    return (
        '<div style="display:grid;grid-template-columns:1fr 1fr;gap:3px 8px;align-items:end">'
        f"{over_input}{over_original}{titles}</div>"
    )


def _card_caption(explanation: Explanation, request: ExplainRequest) -> str:
    if explanation.heatmap is None:
        return escape(explanation.problem or "")
    text = escape(explanation.problem or explanation.caption)
    fallback = ""
    if explanation.model.uses_fallback:
        chosen = ", ".join(method.title for method in request.methods)
        fallback = f"<br>Instead of {chosen}: this model has no feature maps."
    details = f"{layer_details(explanation)}, {format_latency(explanation.milliseconds)}"
    return (
        f'{text}<br><span style="{MUTED}" title="{escape(details)}">{layer_title(explanation)}'
        f"{fallback}</span>"
    )


def layer_title(explanation: Explanation) -> str:
    """What the heatmap was computed from: `Layer 3 of 5 (7 × 7 grid)`, or the pixels."""
    layer = explanation.heatmap.layer if explanation.heatmap else None
    if layer is None or explanation.layer_number is None:
        return "Input pixels"
    number, total = explanation.layer_number, explanation.num_layers
    return f"Layer {number} of {total} ({layer.height} × {layer.width} grid)"


def layer_details(explanation: Explanation) -> str:
    """The layer's name in the module, and its channels."""
    layer = explanation.heatmap.layer if explanation.heatmap else None
    return "input pixels" if layer is None else f"{layer.name}, {layer.channels} channels"


def layer_strip_html(
    explanations: Sequence[Explanation], request: ExplainRequest, *, default: str
) -> str:
    """Small heatmaps in the order of the layers; `default` is the name of the default layer."""
    style = "display:grid;grid-template-columns:repeat(auto-fill,minmax(112px,1fr));gap:10px"
    figures = "".join(
        _layer_figure(explanation, number, request, default=default)
        for number, explanation in enumerate(explanations, start=1)
    )
    return f'<div style="{style}">{figures}</div>'


def _layer_figure(
    explanation: Explanation, number: int, request: ExplainRequest, *, default: str
) -> str:
    weights = overlay.displayed_weights(explanation.heatmap, request.style)
    pixels = overlay.overlay_image(request.image.pixels, weights, request.style)
    return (
        f'<figure style="margin:0" title="{escape(layer_details(explanation))}">'
        f"{image_html(pixels, f'Layer {number}')}"
        '<figcaption style="font-size:.74rem;line-height:1.35;margin-top:4px">'
        f'<b>{number}</b> <span style="{MUTED}">{_layer_caption(explanation, default)}</span>'
        "</figcaption></figure>"
    )


def _layer_caption(explanation: Explanation, default: str) -> str:
    if explanation.heatmap is None or explanation.heatmap.layer is None:
        return escape(explanation.problem or "")
    layer = explanation.heatmap.layer
    text = f"{layer.height} × {layer.width}"
    if explanation.problem:
        return f"{text}: no evidence"
    if min(layer.height, layer.width) <= COARSE_EDGE:
        return f"{text}: too coarse to locate"
    return f"{text} · default" if layer.name == default else text
