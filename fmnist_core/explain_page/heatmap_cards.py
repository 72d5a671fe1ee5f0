"""Heatmaps with their captions, as HTML."""

from collections.abc import Collection, Sequence
from html import escape

import numpy as np

from fmnist_core import html_snippets
from fmnist_core.attribution import overlay
from fmnist_core.attribution.overlay import HeatmapStyle
from fmnist_core.explain_page import findings
from fmnist_core.explain_page.compute import Explanation
from fmnist_core.explain_page.request import ExplainRequest
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.formatting import format_latency
from fmnist_core.html_snippets import MUTED, data_url
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.serving.ood_limits import UNSURE_LABEL
from fmnist_core.serving.prediction import Prediction

COARSE_EDGE = 4
"""A grid with this edge or a smaller one is too coarse to locate anything."""
LEGEND = "Colors are relative: the brightest spot is simply the most important one in this picture."


def header_html(image: InputImage, predictions: Sequence[Prediction]) -> str:
    """The image as models see it, beside their predictions and the true class, if known."""
    true_class = (
        f'<div class="note" title="True class">Actually: {escape(image.truth)}</div>'
        if image.truth
        else ""
    )
    lines = "".join(_prediction_line(prediction, image.accepted) for prediction in predictions)
    return (
        f'<div class="explained"><img src="{data_url(image.pixels)}" alt="What the models see" '
        f'title="What the models see"><div>{lines}{true_class}</div></div>'
    )


def _prediction_line(prediction: Prediction, accepted: Collection[int] | None) -> str:
    name = f"{html_snippets.name_with_dot(prediction.color, prediction.name)}: "
    if prediction.probabilities is None or prediction.predicted is None:
        return f"<div>{name}{escape(prediction.error or '')}</div>"
    predicted = CLASSES[prediction.predicted]
    mark = html_snippets.correctness_mark(prediction.predicted, accepted)
    runner_up = int(prediction.probabilities.argsort()[-2])
    doubt = f" <b>· {UNSURE_LABEL}</b>" if prediction.is_unsure else ""
    return (
        f'<div data-predicted="{predicted}">{name}<b>{predicted}{mark}</b> '
        f'{prediction.confidence:.0%}<span style="{MUTED}">, {CLASSES[runner_up]} '
        f"{prediction.probabilities[runner_up]:.0%}</span>{doubt}</div>"
    )


def legend_html(style: HeatmapStyle, *, text: str = LEGEND) -> str:
    """The color scale, and a sentence about it."""
    gradient = overlay.css_gradient(style.color_map)
    return (
        '<div class="heat-scale"><div><span>ignored</span>'
        f'<i style="background:{gradient}"></i><span>most important</span></div>'
        f"<p>{text}</p></div>"
    )


def image_html(pixels: np.ndarray, alt: str) -> str:
    """An image RGB uint8 [H, W, 3], as wide as its container."""
    url = html_snippets.jpeg_url(overlay.encode_jpeg(pixels))
    return f'<img class="heat" src="{url}" alt="{escape(alt)}">'


def large_html(explanation: Explanation, request: ExplainRequest) -> str:
    """One heatmap, large: over the model's input, and over the original if there is one."""
    has_original = request.image.preprocessed.original is not None
    return (
        f'<figure class="heat-large{" with-original" if has_original else ""}" '
        f"{_data_attributes(explanation)}>"
        f"{_card_images(explanation, request)}"
        f"<figcaption>{_title_html(explanation)} · {_card_caption(explanation, request)}"
        "</figcaption></figure>"
    )


def cards_html(explanations: Sequence[Explanation], request: ExplainRequest) -> str:
    """A card for each explanation: the heatmap over the model's input and over the original."""
    has_original = request.image.preprocessed.original is not None
    cards = "".join(_card(explanation, request) for explanation in explanations)
    return f'<div class="heat-cards{" with-originals" if has_original else ""}">{cards}</div>'


def _card(explanation: Explanation, request: ExplainRequest) -> str:
    evidence = ""
    if not explanation.problem:
        evidence = f"<p>{escape(findings.evidence(explanation, request.image))}</p>"
    return (
        f'<figure class="heat-card" {_data_attributes(explanation)}>'
        f"<header>{_title_html(explanation)}</header>"
        f"{_card_images(explanation, request)}"
        f"<figcaption>{_card_caption(explanation, request)}{evidence}</figcaption></figure>"
    )


def _data_attributes(explanation: Explanation) -> str:
    name, method = escape(explanation.model.name), explanation.method.key
    return f'data-model="{name}" data-method="{method}"'


def _title_html(explanation: Explanation) -> str:
    model, method = explanation.model, explanation.method
    return (
        f"{html_snippets.name_with_dot(model.prediction.color, model.name)} · "
        f'<b title="{escape(method.teaches)}">{method.title}</b>'
    )


def _card_images(explanation: Explanation, request: ExplainRequest) -> str:
    original, style = request.image.preprocessed.original, request.style
    weights = overlay.displayed_weights(explanation.heatmap, style)
    alt = f"{explanation.method.title} of {explanation.model.name}"
    over_input = image_html(overlay.overlay_image(request.image.pixels, weights, style), alt)
    if original is None or weights is None:
        return over_input
    over_original = image_html(
        overlay.overlay_original(overlay.pad_around_input(original), weights, style),
        f"{alt} over the original",
    )
    source = "Your photo" if request.image.photo_key else "Your drawing"
    titles = "".join(
        f'<span class="note">{title}</span>' for title in (source, "What the model saw")
    )
    return f'<div class="heat-pair">{over_original}{over_input}{titles}</div>'


def _card_caption(explanation: Explanation, request: ExplainRequest) -> str:
    if explanation.heatmap is None:
        return escape(explanation.problem or "")
    details = (
        f"{layer_title(explanation)}: {layer_details(explanation)}, "
        f"{format_latency(explanation.milliseconds)}."
    )
    if explanation.model.uses_fallback:
        chosen = ", ".join(method.title for method in request.methods)
        details += f" Instead of {chosen}: this model has no feature maps."
    text = explanation.problem or explanation.caption
    return f'<span class="more" title="{escape(details)}">{escape(text)}</span>'


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
    return "from the picture" if layer is None else f"{layer.name}, {layer.channels} channels"


def layer_strip_html(
    explanations: Sequence[Explanation], request: ExplainRequest, *, default: str
) -> str:
    """Small heatmaps in the order of the layers; `default` is the name of the default layer."""
    figures = "".join(
        _layer_figure(explanation, request, default=default) for explanation in explanations
    )
    return f'<div class="heat-strip">{figures}</div>'


def _layer_figure(explanation: Explanation, request: ExplainRequest, *, default: str) -> str:
    number = explanation.layer_number
    weights = overlay.displayed_weights(explanation.heatmap, request.style)
    pixels = overlay.overlay_image(request.image.pixels, weights, request.style)
    return (
        f'<figure title="{escape(layer_details(explanation))}">'
        f"{image_html(pixels, f'Layer {number}')}"
        f"<figcaption><b>Layer {number}</b> "
        f'<span class="note">{_layer_caption(explanation, default)}</span></figcaption></figure>'
    )


def _layer_caption(explanation: Explanation, default: str) -> str:
    layer = explanation.heatmap.layer if explanation.heatmap else None
    if layer is None:
        return ""
    text = f"{layer.height} × {layer.width} grid"
    return f"{text}, default" if layer.name == default else text


def has_map(explanation: Explanation) -> bool:
    """Whether a layer's heatmap shows where something is."""
    return not explanation.problem and not is_too_coarse(explanation)


def is_too_coarse(explanation: Explanation) -> bool:
    """Whether a layer's grid is too coarse to locate anything."""
    layer = explanation.heatmap.layer if explanation.heatmap else None
    return layer is not None and min(layer.height, layer.width) <= COARSE_EDGE
