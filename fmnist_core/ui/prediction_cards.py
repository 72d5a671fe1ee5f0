"""The models' predictions for one image: a summary, and a card of bars for each model."""

from collections.abc import Collection, Iterable, Sequence
from html import escape

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fmnist_core import html_snippets
from fmnist_core.charts.palette import RUN_COLORS
from fmnist_core.fashion_mnist import CLASSES, NUM_CLASSES
from fmnist_core.formatting import format_latency, format_probability
from fmnist_core.html_snippets import data_url
from fmnist_core.serving.ood_limits import GENERAL_HINTS, MIN_CONFIDENCE, UNSURE_LABEL
from fmnist_core.serving.prediction import Prediction, agreement, distance_hint, unsure_warning
from fmnist_core.ui import browser_state


def draw_summary(
    predictions: Sequence[Prediction],
    pixels: np.ndarray,
    *,
    truth: str,
    container: DeltaGenerator,
) -> None:
    """Draw the models' agreement beside the image uint8 [28, 28], and announce it.

    `truth` is what the image shows; empty if that is not known.
    """
    text = agreement(predictions)
    with container:
        st.html(summary_html(text, pixels, truth=truth))
        browser_state.announce(text)


def draw_placeholder(hint: str, *, container: DeltaGenerator) -> None:
    """Draw `hint`, how to get an image, in place of the summary."""
    with container:
        st.html(placeholder_html(hint))
        browser_state.announce("")


def draw_predictions(
    predictions: Sequence[Prediction], *, accepted: Collection[int] | None = None
) -> None:
    """Draw a card for each model, and what to bear in mind."""
    st.html(cards_html(predictions, accepted=accepted))
    origins = [prediction.origin for prediction in predictions[:1]]
    notes = [unsure_warning(predictions), *(GENERAL_HINTS[origin] for origin in origins)]
    with st.container(key="prediction-notes"):
        if text := " ".join(note for note in notes if note):
            st.caption(text, help=distance_hint())


MAP_PARAMS = {"view": "map", "space": "features"}
"""Query parameters of the Data page that show an image among those that a model finds similar."""


def draw_empty_cards(names: Iterable[str]) -> None:
    """Draw an empty card for each model."""
    colored_names = zip(names, RUN_COLORS, strict=False)
    st.html(cards_html([Prediction(name=name, color=color) for name, color in colored_names]))


def draw_explain_link(params: dict[str, str]) -> None:
    """Draw the links to what explains these predictions, with their query parameters."""
    with st.container(key="explain-link", horizontal=True):
        st.page_link(
            "pages/explain.py", label="Why did they say that?", icon=":material/visibility:",
            query_params=params,
        )  # fmt: skip
        st.page_link(
            "pages/look_inside.py", label="Look inside the network", icon=":material/schema:",
            query_params=params,
        )  # fmt: skip
        st.page_link(
            "pages/data.py", label="What is similar?", icon=":material/scatter_plot:",
            query_params=params | MAP_PARAMS,
        )  # fmt: skip


def summary_html(text: str, pixels: np.ndarray, *, truth: str = "") -> str:
    """The image uint8 [28, 28] beside a text and what it shows, if known."""
    true_class = f'<p title="True class">Actually: {escape(truth)}</p>' if truth else ""
    image = f'<img src="{data_url(pixels)}" alt="What the models see" title="What the models see">'
    return f'<div class="summary">{image}<div><b>{escape(text)}</b>{true_class}</div></div>'


def placeholder_html(hint: str) -> str:
    """An empty frame in place of the image, beside a hint."""
    return f'<div class="summary"><i></i><div>{escape(hint)}</div></div>'


def cards_html(
    predictions: Sequence[Prediction], *, accepted: Collection[int] | None = None
) -> str:
    """A grid of cards: prediction, ten bars, and folded details of each model.

    `accepted` are the classes that count as right, if known.
    """
    cards = "".join(_card(prediction, accepted) for prediction in predictions)
    return f'<div class="predictions">{cards}</div>'


def _card(prediction: Prediction, accepted: Collection[int] | None) -> str:
    if prediction.error:
        body = f"<p>{escape(prediction.error)}</p>"
    else:
        body = _bars(prediction, accepted) + _details(prediction)
    predicted = CLASSES[prediction.predicted] if prediction.predicted is not None else ""
    name = html_snippets.name_with_dot(prediction.color, prediction.name)
    return (
        f'<section style="--model:{prediction.color}" data-model="{escape(prediction.name)}" '
        f'data-predicted="{escape(predicted)}"><header><h2>{name}</h2>{_badge(prediction)}</header>'
        f'<p class="class">{_predicted_class(prediction, accepted)}</p>{body}</section>'
    )


def _badge(prediction: Prediction) -> str:
    if not prediction.is_unsure:
        return ""
    limit = MIN_CONFIDENCE[prediction.origin]
    title = f"The predicted class has less than {limit:.0%}: most such predictions are wrong."
    return f'<span class="badge" title="{title}">{UNSURE_LABEL}</span>'


def _predicted_class(prediction: Prediction, accepted: Collection[int] | None) -> str:
    if prediction.predicted is None:
        return "–"
    mark = html_snippets.correctness_mark(prediction.predicted, accepted)
    return f"{escape(CLASSES[prediction.predicted])}<span>{mark}</span>"


def _bars(prediction: Prediction, accepted: Collection[int] | None) -> str:
    """Ten rows in the order of the classes; `data-rank` lets a phone show the first few only."""
    probabilities = prediction.probabilities
    ranks = np.arange(NUM_CLASSES)
    if probabilities is not None:
        ranks[np.argsort(-probabilities, kind="stable")] = np.arange(NUM_CLASSES)
    rows = []
    for index, class_name in enumerate(CLASSES):
        probability = 0.0 if probabilities is None else float(probabilities[index])
        text = "" if probabilities is None else escape(format_probability(probability))
        true_mark = ' <span title="True class">◂</span>' if index in (accepted or ()) else ""
        rows.append(
            f'<div data-probability="{probability:.4f}" data-rank="{ranks[index]}" '
            f'style="--share:{100 * probability:.1f}%"><span>{escape(class_name)}{true_mark}</span>'
            f"<span>{text}</span></div>"
        )
    return f'<div class="bars">{"".join(rows)}</div>'


def _details(prediction: Prediction) -> str:
    if prediction.predicted is None:
        return ""
    text = "How unusual: not measured"
    if prediction.ood_score is not None and prediction.ood_threshold is not None:
        # With fewer digits, a score just above the threshold would look equal to it.
        text = f"How unusual: {prediction.ood_score:.2f} "
        text += f"(normal up to {prediction.ood_threshold:.2f})"
    latency = f"Time for this prediction: {format_latency(prediction.milliseconds)}"
    return f"<details><summary>Details</summary>{text}<br>{latency}</details>"
