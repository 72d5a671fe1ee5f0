"""Prediction cards: each model's prediction and class probabilities, side by side."""

from collections.abc import Iterable, Sequence
from html import escape

import numpy as np
import streamlit as st

from fmnist_core import html_snippets
from fmnist_core.charts.palette import RUN_COLORS
from fmnist_core.fashion_mnist import CLASSES, NUM_CLASSES
from fmnist_core.formatting import format_latency
from fmnist_core.html_snippets import CARD, MUTED, data_url
from fmnist_core.serving.prediction import Prediction, agreement, ood_warning

CARD_WIDTH = 205
"""Minimum, in pixels."""
OOD_BADGE = "background:rgba(230,159,0,.22);border-radius:4px;padding:1px 6px;font-size:.78rem"
OOD_LABEL = "unusual"
"""What the page calls an image that is out of distribution."""


def draw_predictions(
    predictions: Sequence[Prediction], pixels: np.ndarray, *, label: int | None = None
) -> None:
    """Draw the models' agreement beside the image uint8 [28, 28], and a card for each model."""
    st.html(header_html(agreement(predictions), pixels, label=label))
    st.html(cards_html(predictions, label=label))
    if warning := ood_warning(predictions):
        st.warning(warning, icon=":material/help:")


def draw_placeholder(names: Iterable[str], hint: str) -> None:
    """Draw `hint`, how to get an image, and an empty card for each model."""
    st.html(placeholder_html(hint))
    colored_names = zip(names, RUN_COLORS, strict=False)
    st.html(cards_html([Prediction(name=name, color=color) for name, color in colored_names]))


def header_html(text: str, pixels: np.ndarray, *, label: int | None = None) -> str:
    """The image uint8 [28, 28] beside a text and the true class, if known."""
    true_class = (
        ""
        if label is None
        else f'<br><span style="{MUTED}" title="True class">Actually: {CLASSES[label]}</span>'
    )
    return (
        '<div style="display:flex;gap:14px;align-items:center">'
        f'<img src="{data_url(pixels)}" alt="What the models see" title="What the models see" '
        'style="width:64px;height:64px;image-rendering:pixelated;border-radius:6px;flex:none">'
        f'<div><b style="font-size:1.1rem">{escape(text)}</b>{true_class}</div></div>'
    )


def placeholder_html(hint: str) -> str:
    """An empty frame in place of the image, beside a hint."""
    return (
        '<div style="display:flex;gap:14px;align-items:center">'
        '<div style="width:64px;height:64px;border-radius:6px;flex:none;'
        'border:1px dashed rgba(128,133,144,.6)"></div>'
        f"<div>{escape(hint)}</div></div>"
    )


def cards_html(predictions: Sequence[Prediction], *, label: int | None = None) -> str:
    """A grid of cards: prediction, ten probabilities, latency and OOD score of each model."""
    cards = "".join(_card(prediction, label) for prediction in predictions)
    return f'<div style="{html_snippets.grid_style(CARD_WIDTH)}" class="predictions">{cards}</div>'


def _card(prediction: Prediction, label: int | None) -> str:
    if prediction.error:
        body = f'<div style="margin-top:8px">{escape(prediction.error)}</div>'
    else:
        rows = "".join(_probability_row(prediction, index, label) for index in range(NUM_CLASSES))
        body = _predicted_class(prediction, label) + rows + _ood_score(prediction)
    has_prediction = prediction.predicted is not None
    predicted = CLASSES[prediction.predicted] if prediction.predicted is not None else ""
    latency = format_latency(prediction.milliseconds) if has_prediction else ""
    return (
        f'<section style="{CARD}" data-model="{escape(prediction.name)}" '
        f'data-predicted="{predicted}">'
        f'<div style="display:flex;justify-content:space-between;gap:8px;font-size:.85rem">'
        f"<span>{html_snippets.name_with_dot(prediction.color, prediction.name)}</span>"
        f'<span style="{MUTED};white-space:nowrap" title="Time for this prediction">{latency}'
        f"</span></div>{body}</section>"
    )


def _predicted_class(prediction: Prediction, label: int | None) -> str:
    if prediction.predicted is None:
        return f'<div style="font-size:1.2rem;margin:2px 0 8px;{MUTED}">–</div>'
    mark = html_snippets.correctness_mark(prediction.predicted, label)
    badge = f' <span style="{OOD_BADGE}">{OOD_LABEL}</span>' if prediction.is_ood else ""
    return (
        f'<div style="font-size:1.2rem;font-weight:600;margin:2px 0 8px">'
        f"{CLASSES[prediction.predicted]}{mark}{badge}</div>"
    )


def _probability_row(prediction: Prediction, index: int, label: int | None) -> str:
    probabilities = prediction.probabilities
    probability = 0.0 if probabilities is None else float(probabilities[index])
    return html_snippets.probability_row(
        index,
        probability,
        prediction.color,
        text="" if probabilities is None else _percent(probability),
        is_label=index == label,
        is_bold=index == prediction.predicted,
    )


def _percent(probability: float) -> str:
    return "&lt;1%" if 0 < probability < 0.005 else f"{probability:.0%}"


def _ood_score(prediction: Prediction) -> str:
    if prediction.predicted is None:
        return ""
    text = "How unusual: not measured"
    if prediction.ood_score is not None and prediction.ood_threshold is not None:
        # With fewer digits, a score just above the threshold would look equal to it.
        text = f'How unusual: {prediction.ood_score:.2f} <span style="display:inline-block">'
        text += f"(normal up to {prediction.ood_threshold:.2f})</span>"
    return f'<div style="font-size:.72rem;margin-top:8px;{MUTED}">{text}</div>'
