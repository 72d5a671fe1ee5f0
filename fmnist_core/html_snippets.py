"""Small signs beside what models say, as HTML."""

import base64
import io
from html import escape

import numpy as np
from PIL import Image

from fmnist_core.fashion_mnist import CLASSES


def name_with_dot(colour: str, name: str) -> str:
    """A model's name after a dot in its colour."""
    return f'<span style="color:{colour}">●</span> {escape(name)}'


def correctness_mark(answer: int | None, truth: int | None) -> str:
    """Whether an answer is the true class, after a blank; nothing where that is not known."""
    if truth is None:
        return ""
    return " ✓" if answer == truth else " ✗"


def probability_bar(share: float, colour: str, *, inside: str = "") -> str:
    """As long as the share, 0 to 1; `inside` may be put at places of it."""
    return (
        '<span style="position:relative;height:9px;border-radius:3px;background:linear-gradient('
        f'to right,{colour} {100 * share:.1f}%,rgba(128,133,144,.18) 0)">{inside}</span>'
    )


def probability_row(
    index: int,
    probability: float,
    color: str,
    *,
    text: str,
    is_label: bool = False,
    is_bold: bool = False,
    inside: str = "",
    text_width: int = 34,
) -> str:
    """A class's name, its probability as a bar in `color` and as `text`, `text_width` pixels wide.

    The true class is marked; `inside` is placed inside the bar.
    """
    name = CLASSES[index] + (' <span title="True class">◂</span>' if is_label else "")
    weight = "font-weight:600;" if is_bold else ""
    return (
        f'<div style="display:grid;grid-template-columns:88px 1fr {text_width}px;gap:6px;'
        f'align-items:center;font-size:.76rem;line-height:1.45;{weight}" '
        f'data-probability="{probability:.4f}"><span style="white-space:nowrap">{name}</span>'
        f"{probability_bar(probability, color, inside=inside)}"
        f'<span style="text-align:right">{text}</span></div>'
    )


def data_url(picture: np.ndarray) -> str:
    """A PNG of a picture uint8 [H, W] or [H, W, 3], as an address that an `img` takes."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, format="PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
