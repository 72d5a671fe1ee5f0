"""The answers to the drawing: each model's predicted class, with its three likeliest classes."""

from collections.abc import Sequence
from html import escape

import numpy as np

from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.formatting import format_probability
from fmnist_core.html_snippets import data_url
from fmnist_core.serving.ood_limits import UNSURE_LABEL
from fmnist_core.serving.prediction import Prediction, agreement

NUM_CLASSES_SHOWN = 3
INVITATION = "Draw on the paper. They guess after every stroke."
GAP = "Close the gap in the outline, so that they see cloth, not lines."
NO_MODELS = "There is no trained network here yet. Train your first one, then draw again."


def answers_html(
    predictions: Sequence[Prediction], pixels: np.ndarray | None, *, has_gap: bool = False
) -> str:
    """The sentence that sums up the predictions, beside the models' input, and a card for each.

    `pixels` are uint8 [28, 28], `None` while nothing is drawn; `has_gap` says that the drawing is
    an open outline.
    """
    if not predictions:
        return f'<div class="home-verdict"><p>{NO_MODELS}</p></div>'
    text = INVITATION if pixels is None else verdict(predictions)
    seen = '<span class="home-seen"></span>'
    if pixels is not None:
        seen = (
            f'<img class="home-seen" src="{data_url(pixels)}" alt="What the networks see" '
            'title="What the networks see: 28 × 28 gray pixels">'
        )
    cards = "".join(map(_card, predictions))
    gap = f"<small>{GAP}</small>" if has_gap else ""
    return f'<div class="home-verdict">{seen}<p>{escape(text)}{gap}</p></div>{cards}'


def verdict(predictions: Sequence[Prediction]) -> str:
    """What the models say: `Both say Bag.`, or `They disagree.`"""
    classes = {prediction.predicted for prediction in predictions if not prediction.error}
    if len(classes) > 1:
        return "They disagree. What would you say?"
    return agreement(predictions).replace("Both models say", "Both say")


def _card(prediction: Prediction) -> str:
    predicted = "" if prediction.predicted is None else CLASSES[prediction.predicted]
    doubt = f" <em>{UNSURE_LABEL}</em>" if prediction.is_unsure else ""
    body = (
        f"<p>{escape(prediction.error)}</p>"
        if prediction.error
        else f'<div class="home-class">{predicted or "?"}{doubt}</div>{_bars(prediction)}'
    )
    return (
        f'<section class="home-answer" style="--family:{prediction.color}" '
        f'data-model="{escape(prediction.name)}" data-predicted="{predicted}">'
        f'<div class="home-model"><i></i>{escape(prediction.name)}</div>{body}</section>'
    )


def _bars(prediction: Prediction) -> str:
    if prediction.probabilities is None:
        return '<div class="home-bar"><span></span><b></b><span></span></div>' * NUM_CLASSES_SHOWN
    likeliest = np.argsort(-prediction.probabilities, kind="stable")[:NUM_CLASSES_SHOWN]
    return "".join(_bar(CLASSES[index], prediction.probabilities[index]) for index in likeliest)


def _bar(name: str, probability: float) -> str:
    percent = escape(format_probability(probability))
    return (
        f'<div class="home-bar"><span>{name}</span>'
        f'<b style="--share:{100 * probability:.1f}%"></b><span>{percent}</span></div>'
    )
