"""View: paint over part of the image and watch the predictions change; read weights on hover."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from html import escape

import numpy as np
import streamlit as st
from PIL import Image

from fmnist_core import html_snippets
from fmnist_core.attribution import overlay
from fmnist_core.explain_page import compute, pixel_weights
from fmnist_core.explain_page.compute import Explanation
from fmnist_core.explain_page.request import ExplainRequest
from fmnist_core.fashion_mnist import CLASSES, IMAGE_SIZE
from fmnist_core.formatting import escape_markdown
from fmnist_core.html_snippets import CARD, data_url, grid_style
from fmnist_core.image_input import canvas
from fmnist_core.image_input.input_image import content_key
from fmnist_core.serving.prediction import Prediction
from fmnist_core.ui import cached_predictions

BLUR_SIGMA = 3.0
"""In pixels of the 28×28 image."""
MIN_COVERED = 0.5
"""Fraction of a pixel that must be painted over for it to count."""
MAX_CLASSES = 4
"""Bars per model."""
NOT_COVERED, COVERED = "Cover the part you think matters most", "What the models say now"
COVER_KEY, WIDTH_KEY, HEATMAP_KEY = "cover", "cover width", "heatmap under the brush"
DEFAULT_WIDTH = 40


class Replacement(Enum):
    """What replaces the painted pixels."""

    BLACK = "black"
    WHITE = "white"
    BLURRED = "blurred"


BRUSH_COLORS = {
    Replacement.BLACK: (0, 0, 0),
    Replacement.WHITE: (255, 255, 255),
    Replacement.BLURRED: (86, 130, 200),
}
"""Red, green and blue of the strokes: each stroke keeps its replacement. Blurred is blue, a color
that no picture and hardly any heatmap has.
"""
REPLACEMENT_HINTS = {
    Replacement.BLACK: "as if nothing were there",
    Replacement.WHITE: "as if bright fabric were there",
    Replacement.BLURRED: "removes detail but keeps the brightness",
}


@dataclass(frozen=True, kw_only=True)
class Brush:
    """The settings beside the canvas."""

    replacement: Replacement
    width: int
    """In pixels of the canvas."""
    shows_heatmap: bool


def draw_occlusion(request: ExplainRequest) -> None:
    """Draw the canvas beside the effect, the bars and the brush, then the heatmap's weights."""
    explanations = compute.explain_all(request)
    with st.container(key="occlude"):
        effect, left = st.container(key="occlude-effect"), st.container(key="occlude-canvas")
        settings, right = st.container(key="occlude-settings"), st.container(key="occlude-bars")
    with settings:
        brush = _draw_brush_settings()
        explanation = _pick_explanation(explanations)
    weights = None
    if explanation and brush.shows_heatmap:
        weights = overlay.displayed_weights(explanation.heatmap, request.style)
    image = request.image.pixels
    background = overlay.overlay_image(image, weights, request.style)
    with left:
        pixels = _draw_canvas(background, brush, background_key=content_key(image))
    covered = find_covered(pixels)
    is_covered = any(mask.any() for mask in covered.values())
    occluded = replace_pixels(image, covered)
    before = {model.name: model.prediction for model in request.models}
    after: Mapping[str, Prediction] = before
    if is_covered:
        runs = {model.name: model.run for model in request.models}
        predictions = cached_predictions.predict(
            runs, occluded, origin=request.image.origin, cache=False
        )
        after = {prediction.name: prediction for prediction in predictions}
    with effect:
        st.header(COVERED if is_covered else NOT_COVERED, anchor=False)
        st.html(_effect_html(before, after, occluded))
    label = request.image.label
    cards = "".join(_card(before[name], after[name], label) for name in after)
    right.html(f'<div style="{grid_style(230)}">{cards}</div>')
    if explanation:
        name = escape_markdown(explanation.model.name)
        title = f"Weights, pixel by pixel · {name}, {explanation.method.title}"
        with st.expander(title, icon=":material/grid_on:"):
            caption = escape_markdown(explanation.caption)
            st.caption(f"{caption}. Point at a pixel to read its weight.")
            pixel_weights.draw_pixel_weights(explanation, request)


def _pick_explanation(explanations: Sequence[Explanation]) -> Explanation | None:
    """Pick the heatmap under the brush, of those that are not empty."""
    by_title = {
        f"{explanation.model.name} · {explanation.method.title}": explanation
        for explanation in explanations
        if not explanation.problem
    }
    if not by_title:
        return None
    title = next(iter(by_title))
    if len(by_title) > 1:
        title = st.selectbox("Show heatmap of", list(by_title)) or title
    return by_title[title]


def _draw_brush_settings() -> Brush:
    replacement = st.segmented_control(
        "Cover with", list(Replacement), default=Replacement.BLACK, required=True, key=COVER_KEY,
        format_func=_replacement_title, persist_state="session",
        help="Each stroke keeps its own.",
    )  # fmt: skip
    st.caption(f"{_replacement_title(replacement)}: {REPLACEMENT_HINTS[replacement]}.")
    width = st.slider(
        "Brush width", 6, 120, DEFAULT_WIDTH, key=WIDTH_KEY, format="%d px",
        persist_state="session",
    )  # fmt: skip
    shows_heatmap = st.toggle(
        "Show the heatmap under the brush", value=True, key=HEATMAP_KEY, persist_state="session"
    )
    return Brush(replacement=replacement, width=width, shows_heatmap=shows_heatmap)


def _replacement_title(replacement: Replacement) -> str:
    return replacement.value.capitalize()


def _draw_canvas(background: np.ndarray, brush: Brush, *, background_key: str) -> np.ndarray | None:
    """Draw the canvas; returns RGBA uint8 [H, W, 4], or `None` before the first stroke."""
    return canvas.draw_canvas(
        "painting",
        background_key=background_key,
        edge=overlay.EDGE,
        stroke_width=brush.width,
        stroke_color="#{:02x}{:02x}{:02x}".format(*BRUSH_COLORS[brush.replacement]),
        background_image=Image.fromarray(background),
    )


def find_covered(pixels: np.ndarray | None) -> dict[Replacement, np.ndarray]:
    """Find the pixels that each replacement covers, bool [28, 28], by the color of the strokes.

    `pixels` is the canvas RGBA uint8 [H, W, 4].
    """
    import cv2

    if pixels is None:
        nothing = np.zeros((IMAGE_SIZE, IMAGE_SIZE), dtype=bool)
        return dict.fromkeys(Replacement, nothing)
    colors = np.array(list(BRUSH_COLORS.values()), dtype=np.float32)
    distances = np.abs(pixels[..., None, :3].astype(np.float32) - colors).sum(axis=-1)
    painted = pixels[..., 3:] > 0
    is_color = painted & (distances.argmin(axis=-1)[..., None] == np.arange(len(colors)))
    fractions = cv2.resize(
        is_color.astype(np.float32), (IMAGE_SIZE, IMAGE_SIZE), interpolation=cv2.INTER_AREA
    )
    is_covered = fractions.sum(axis=-1) > MIN_COVERED
    main_color = fractions.argmax(axis=-1)
    return {
        replacement: is_covered & (main_color == index)
        for index, replacement in enumerate(BRUSH_COLORS)
    }


def replace_pixels(image: np.ndarray, covered: Mapping[Replacement, np.ndarray]) -> np.ndarray:
    """Replace the covered pixels, masks bool [28, 28], of an image uint8 [28, 28]."""
    new_image = image.copy()
    for replacement, mask in covered.items():
        new_image[mask] = _replacement_pixels(image, replacement)[mask]
    return new_image


def _replacement_pixels(image: np.ndarray, replacement: Replacement) -> np.ndarray:
    import cv2

    match replacement:
        case Replacement.BLACK:
            return np.zeros_like(image)
        case Replacement.WHITE:
            return np.full_like(image, 255)
        case Replacement.BLURRED:
            blurred: np.ndarray = cv2.GaussianBlur(image, (0, 0), BLUR_SIGMA)
            return blurred


def _effect_html(
    before: Mapping[str, Prediction], after: Mapping[str, Prediction], image: np.ndarray
) -> str:
    """The image that the models see, and a line for each model with the change in confidence."""
    lines = "".join(_effect_line(before[name], now) for name, now in after.items())
    return (
        f'<div class="explained"><img src="{data_url(image)}" alt="What the models see now">'
        f"<div>{lines}</div></div>"
    )


def _effect_line(before: Prediction, after: Prediction) -> str:
    """The prediction, and the change in the confidence of the original one."""
    name = f"{html_snippets.name_with_dot(after.color, after.name)}: "
    if before.probabilities is None or after.probabilities is None or after.predicted is None:
        return f"<div>{name}{escape(after.error or '')}</div>"
    assert before.predicted is not None
    change = round(100 * (after.probabilities[before.predicted] - before.confidence))
    original = "" if after.predicted == before.predicted else f"{CLASSES[before.predicted]} "
    text = f" ({original}{change:+d})" if change else ""
    return f"<div>{name}<b>{CLASSES[after.predicted]}</b> {after.confidence:.0%}{text}</div>"


def _card(before: Prediction, after: Prediction, label: int | None) -> str:
    name = html_snippets.name_with_dot(before.color, before.name)
    if before.predicted is None or after.predicted is None:
        error = escape(before.error or "")
        return f'<section style="{CARD}">{name}<br>{error}</section>'
    assert before.probabilities is not None
    assert after.probabilities is not None
    maxima = np.maximum(before.probabilities, after.probabilities)
    rows = "".join(
        _probability_row(before, after, int(index), label)
        for index in (-maxima).argsort()[:MAX_CLASSES]
    )
    predicted = CLASSES[after.predicted]
    title = predicted
    if before.predicted != after.predicted:
        title = f"{CLASSES[before.predicted]} → {predicted}"
    return (
        f'<section style="{CARD}" data-model="{escape(before.name)}" '
        f'data-predicted="{predicted}"><div style="font-size:.85rem">{name}</div>'
        f'<div style="font-weight:600;margin:2px 0 6px">{title}</div>{rows}</section>'
    )


def _probability_row(before: Prediction, after: Prediction, index: int, label: int | None) -> str:
    """A class's probability as a bar, with a tick where it was before."""
    assert before.probabilities is not None
    assert after.probabilities is not None
    old, new = float(before.probabilities[index]), float(after.probabilities[index])
    change = round(100 * (new - old))
    position = f"position:absolute;left:{100 * old:.1f}%;top:-2px;bottom:-2px;width:2px"
    tick = f'<span title="before: {old:.0%}" style="{position};background:currentColor"></span>'
    return html_snippets.probability_row(
        index,
        new,
        after.color,
        text=f"{new:.0%}" + (f" ({change:+d})" if change else ""),
        is_label=index == label,
        inside=tick,
        text_width=72,
    )
