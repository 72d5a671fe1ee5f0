"""Answers side by side, and the steps of a picture, as HTML."""

from collections.abc import Sequence
from html import escape

import numpy as np

from fmnist_core import html_snippets
from fmnist_core.fashion_mnist import CLASSES, NUM_CLASSES
from fmnist_core.formatting import format_latency
from fmnist_core.html_snippets import data_url
from fmnist_core.preprocessing.preprocessed import PreprocessingStep
from fmnist_core.serving.prediction import Prediction

GRID = "display:grid;grid-template-columns:repeat(auto-fill,minmax(205px,1fr));gap:14px"
CARD = "border:1px solid rgba(128,133,144,.35);border-radius:8px;padding:12px 14px"
GREY = "opacity:.7"
STEPS = "display:grid;grid-template-columns:repeat(auto-fill,minmax(104px,1fr));gap:14px"
STEP = "width:100%;aspect-ratio:1;object-fit:contain;border-radius:6px;"
STEP += "background:rgba(128,133,144,.18)"
SMALL = 60
"""Pixels up to which each of them is to be seen."""
DOUBT = "background:rgba(230,159,0,.22);border-radius:4px;padding:1px 6px;font-size:.78rem"


def head(words: str, image: np.ndarray, *, truth: int | None = None) -> str:
    """What the models say together, beside what they see."""
    true = (
        "" if truth is None else f'<br><span style="{GREY}">True class: {CLASSES[truth]} ◂</span>'
    )
    return (
        '<div style="display:flex;gap:14px;align-items:center">'
        f'<img src="{data_url(image)}" alt="What the models see" title="What the models see" '
        'style="width:64px;height:64px;image-rendering:pixelated;border-radius:6px;flex:none">'
        f'<div><b style="font-size:1.1rem" class="headline">{escape(words)}</b>{true}</div></div>'
    )


def waiting(words: str) -> str:
    """The same place, as long as there is nothing to see."""
    return (
        '<div style="display:flex;gap:14px;align-items:center">'
        '<div style="width:64px;height:64px;border-radius:6px;flex:none;'
        'border:1px dashed rgba(128,133,144,.6)"></div>'
        f"<div>{escape(words)}</div></div>"
    )


def large(picture: np.ndarray, name: str) -> str:
    """A picture as wide as there is room for."""
    rendering = _rendering(picture)
    return (
        f'<img src="{data_url(picture)}" alt="{escape(name)}" style="width:100%;max-height:420px;'
        f'object-fit:contain;border-radius:6px;image-rendering:{rendering}">'
    )


def answers(said: Sequence[Prediction], *, truth: int | None = None) -> str:
    """A card for each model: its answer, the ten bars, how long it took."""
    cards = "".join(_card(each, truth) for each in said)
    return f'<div style="{GRID}" class="answers">{cards}</div>'


def _card(said: Prediction, truth: int | None) -> str:
    body = f'<div style="margin-top:8px">{escape(said.error)}</div>' if said.error else ""
    if not said.error:
        bars = "".join(_bar(said, label, truth) for label in range(NUM_CLASSES))
        body = _answer(said, truth) + bars + _distance(said)
    answer = "" if said.predicted is None else CLASSES[said.predicted]
    took = "" if said.predicted is None else format_latency(said.milliseconds)
    return (
        f'<section style="{CARD}" data-model="{escape(said.name)}" data-answer="{answer}">'
        f'<div style="display:flex;justify-content:space-between;gap:8px;font-size:.85rem">'
        f"<span>{html_snippets.name_with_dot(said.color, said.name)}</span>"
        f'<span style="{GREY};white-space:nowrap" title="Time for this answer">{took}</span>'
        f"</div>{body}</section>"
    )


def _answer(said: Prediction, truth: int | None) -> str:
    if said.predicted is None:
        return f'<div style="font-size:1.2rem;margin:2px 0 8px;{GREY}">–</div>'
    mark = html_snippets.correctness_mark(said.predicted, truth)
    doubt = f' <span style="{DOUBT}">unfamiliar</span>' if said.is_ood else ""
    return (
        f'<div style="font-size:1.2rem;font-weight:600;margin:2px 0 8px">'
        f"{CLASSES[said.predicted]}{mark}{doubt}</div>"
    )


def _bar(said: Prediction, label: int, truth: int | None) -> str:
    share = 0.0 if said.probabilities is None else float(said.probabilities[label])
    name = CLASSES[label] + (" ◂" if label == truth else "")
    weight = "font-weight:600;" if label == said.predicted else ""
    words = "" if said.probabilities is None else _percent(share)
    return (
        f'<div style="display:grid;grid-template-columns:88px 1fr 34px;gap:6px;'
        f'align-items:center;font-size:.76rem;line-height:1.45;{weight}" data-share="{share:.4f}">'
        f'<span style="white-space:nowrap">{name}</span>'
        f"{html_snippets.probability_bar(share, said.color)}"
        f'<span style="text-align:right">{words}</span></div>'
    )


def _distance(said: Prediction) -> str:
    if said.predicted is None:
        return ""
    words = "How unusual: not measured"
    if said.ood_score is not None and said.ood_threshold is not None:
        words = f"How unusual: {said.ood_score:.1f} (normal up to {said.ood_threshold:.1f})"
    return f'<div style="font-size:.72rem;margin-top:8px;{GREY}">{words}</div>'


def _percent(share: float) -> str:
    return "&lt;1%" if 0 < share < 0.005 else f"{share:.0%}"


def steps(shown: Sequence[PreprocessingStep]) -> str:
    """Every picture on the way to what models see, with what was done."""
    figures = "".join(
        f'<figure style="margin:0"><img src="{data_url(step.picture)}" alt="{escape(step.title)}" '
        f'style="{STEP};image-rendering:{_rendering(step.picture)}">'
        f'<figcaption style="font-size:.78rem;line-height:1.3;margin-top:5px">'
        f"<b>{number}. {escape(step.title)}</b><br>"
        f'<span style="{GREY}">{escape(step.hint)}</span></figcaption></figure>'
        for number, step in enumerate(shown, start=1)
    )
    return f'<div style="{STEPS}" class="steps">{figures}</div>'


def _rendering(picture: np.ndarray) -> str:
    return "pixelated" if max(picture.shape[:2]) <= SMALL else "auto"
