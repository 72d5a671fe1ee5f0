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
from fmnist_core.html_snippets import data_url
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.serving.prediction import Prediction

GREY = "opacity:.7"
PICTURE = "width:100%;border-radius:6px;display:block"
CARD = "margin:0;border:1px solid rgba(128,133,144,.35);border-radius:8px;padding:10px 12px"
SMALL = "font-size:.78rem;line-height:1.4"
FEW_PLACES = 4
"""A layer with as few places across, or fewer, hardly says where."""


def grid(width: int) -> str:
    """As many columns of at least `width` pixels as there is room for."""
    return (
        f"display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,{width}px),1fr));"
        "gap:14px"
    )


def head(given: InputImage, said: Sequence[Prediction]) -> str:
    """The picture as models see it, and what they answer."""
    truth = given.label
    true = "" if truth is None else f'<div style="{GREY}">True class: {CLASSES[truth]} ◂</div>'
    lines = "".join(_answer(each, truth) for each in said)
    return (
        '<div style="display:flex;gap:14px;align-items:center">'
        f'<img src="{data_url(given.preprocessed.image)}" alt="What the models see" '
        'title="What the models see" style="width:112px;height:112px;image-rendering:pixelated;'
        'border-radius:6px;flex:none">'
        f'<div style="font-size:.82rem;line-height:1.45" class="said">{lines}{true}</div></div>'
    )


def _answer(said: Prediction, truth: int | None) -> str:
    dot = f"{html_snippets.name_with_dot(said.color, said.name)}: "
    if said.probabilities is None or said.predicted is None:
        return f"<div>{dot}{escape(said.error or '')}</div>"
    mark = html_snippets.correctness_mark(said.predicted, truth)
    second = int(said.probabilities.argsort()[-2])
    doubt = " <b>· unfamiliar</b>" if said.is_ood else ""
    return (
        f'<div data-predicted="{CLASSES[said.predicted]}">{dot}<b>{CLASSES[said.predicted]}'
        f"{mark}</b> {said.confidence:.0%}"
        f'<span style="{GREY}">, {CLASSES[second]} {said.probabilities[second]:.0%}</span>{doubt}'
        "</div>"
    )


def legend(look: HeatmapStyle, *, words: str = "") -> str:
    """What the colours mean."""
    said = words or "The brightest place of a map is always bright, however little it weighs."
    bar = f"height:10px;width:150px;border-radius:3px;background:{overlay.css_gradient(look.colours)}"
    return (
        '<div style="font-size:.8rem" class="legend">'
        '<div style="display:flex;gap:8px;align-items:center"><span>no weight</span>'
        f'<span style="{bar}"></span><span>most weight</span></div>'
        f'<div style="{GREY};margin-top:3px">{said}</div></div>'
    )


def maps(shown: Sequence[Explanation], question: ExplainRequest) -> str:
    """A card for each, over what the model saw and over what was handed in."""
    has_original = question.given.preprocessed.original is not None
    cards = "".join(_card(each, question) for each in shown)
    return f'<div style="{grid(330 if has_original else 205)}" class="maps">{cards}</div>'


def _card(shown: Explanation, question: ExplainRequest) -> str:
    head = (
        f'<div style="font-size:.85rem;margin-bottom:6px">'
        f"{html_snippets.name_with_dot(question.said[shown.model].color, shown.model)} · "
        f'<b title="{escape(shown.method.teaches)}">{shown.method.title}</b></div>'
    )
    return (
        f'<figure style="{CARD}" data-model="{escape(shown.model)}" '
        f'data-method="{shown.method.key}">{head}{_pictures(shown, question)}'
        f'<figcaption style="{SMALL};margin-top:6px">{_caption(shown, question)}'
        "</figcaption></figure>"
    )


def _pictures(shown: Explanation, question: ExplainRequest) -> str:
    prepared, look = question.given.preprocessed, question.look
    values = overlay.displayed_weights(shown.heatmap, look)
    alt = f"{shown.method.title} of {shown.model}"
    seen = picture(overlay.overlay_image(prepared.image, values, look), alt)
    if prepared.original is None or values is None:
        return seen
    original = picture(
        overlay.overlay_original(prepared.original, values, look), f"{alt} over the original"
    )
    words = [f'<span style="{GREY};font-size:.72rem">{each}</span>' for each in BOTH]
    return (
        '<div style="display:grid;grid-template-columns:1fr 1fr;gap:3px 8px;align-items:end">'
        f"{seen}{original}{''.join(words)}</div>"
    )


BOTH = ("What the model saw", "What you gave")


def picture(pixels: np.ndarray, alt: str) -> str:
    """RGB uint8 [H, W, 3], as wide as there is room for."""
    return f'<img src="{data_url(pixels)}" alt="{escape(alt)}" style="{PICTURE}">'


def _caption(shown: Explanation, question: ExplainRequest) -> str:
    if shown.heatmap is None:
        return escape(shown.problem or "")
    told = escape(shown.problem or shown.why)
    instead = ""
    if question.is_replaced(shown.row):
        wanted = ", ".join(method.title for method in question.methods)
        instead = f"<br>Instead of {wanted}: it has no feature maps."
    took = f"{layer_name(shown)}, {format_latency(shown.milliseconds)}"
    return f'{told}<br><span style="{GREY}" title="{took}">{place(shown)}{instead}</span>'


def place(shown: Explanation) -> str:
    """Where the map comes from: `Layer 3 of 5, 7×7 places`, or the pixels."""
    layer = shown.heatmap.layer if shown.heatmap else None
    if layer is None or shown.depth is None:
        return "On the pixels themselves"
    number, most = shown.depth
    return f"Layer {number} of {most}, {layer.height}×{layer.width} places"


def layer_name(shown: Explanation) -> str:
    """The layer's own name in the module."""
    layer = shown.heatmap.layer if shown.heatmap else None
    return "on the pixels" if layer is None else f"{layer.name}, {layer.channels} maps"


def strip(shown: Sequence[Explanation], question: ExplainRequest, *, used: str | None) -> str:
    """Small maps in the order of the layers; `used` names the one that the other views show."""
    style = "display:grid;grid-template-columns:repeat(auto-fill,minmax(112px,1fr));gap:10px"
    figures = "".join(
        _small(each, number, question, used=used) for number, each in enumerate(shown, start=1)
    )
    return f'<div style="{style}" class="strip">{figures}</div>'


def _small(shown: Explanation, number: int, question: ExplainRequest, *, used: str | None) -> str:
    look = question.look
    pixels = overlay.overlay_image(
        question.given.preprocessed.image, overlay.displayed_weights(shown.heatmap, look), look
    )
    return (
        f'<figure style="margin:0" title="{escape(layer_name(shown))}">'
        f"{picture(pixels, f'Layer {number}')}"
        '<figcaption style="font-size:.74rem;line-height:1.35;margin-top:4px">'
        f'<b>{number}</b> <span style="{GREY}">{_layer_words(shown, used)}</span>'
        "</figcaption></figure>"
    )


def _layer_words(shown: Explanation, used: str | None) -> str:
    if shown.heatmap is None or shown.heatmap.layer is None:
        return escape(shown.problem or "")
    layer = shown.heatmap.layer
    words = f"{layer.height}×{layer.width}"
    if shown.problem:
        return f"{words}: nothing for it"
    if min(layer.height, layer.width) <= FEW_PLACES:
        return f"{words}: too few to say where"
    return words + (" · usual" if layer.name == used else "")
