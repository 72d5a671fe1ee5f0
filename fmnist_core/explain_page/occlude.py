"""Paint over a part of the picture and see what becomes of the answers; hover to see weights."""

from collections.abc import Mapping
from html import escape

import numpy as np
import streamlit as st
from PIL import Image

from fmnist_core import html_snippets
from fmnist_core.attribution import overlay
from fmnist_core.explain_page import compute as maps
from fmnist_core.explain_page import heatmap_cards, pixel_weights
from fmnist_core.explain_page.compute import Explanation
from fmnist_core.explain_page.request import ExplainRequest
from fmnist_core.fashion_mnist import CLASSES, IMAGE_SIZE
from fmnist_core.formatting import escape_markdown
from fmnist_core.html_snippets import data_url
from fmnist_core.image_input import canvas
from fmnist_core.image_input.input_image import content_key
from fmnist_core.serving.prediction import Prediction
from fmnist_core.ui import cached_predictions

PAINT = "#d55e00"
BLUR = 3.0
"""Deviation in pixels of the image."""
COVERED = 0.5
"""Share of a pixel that must be painted over for it to count."""
COVERS = {"Black": "as if nothing were there", "White": "as if bright cloth were there",
          "Blurred": "its detail goes, its brightness stays"}  # fmt: skip
MOST_CLASSES = 4
COVER, BRUSH, HEATED = "cover", "poke width", "heated"


def show(question: ExplainRequest) -> None:
    """The answers above the canvas, how it paints below it, then all bars and a map's weights."""
    image = question.given.preprocessed.image
    chosen = _chosen(maps.all_of(question))
    effect = st.container()
    cover, width, heated = _set()
    values = overlay.displayed_weights(chosen.heatmap, question.look) if chosen and heated else None
    mask = _canvas(image, overlay.overlay_image(image, values, question.look), width)
    _tools()
    seen = poked(image, mask, cover)
    touched = bool(mask.any())
    after: Mapping[str, Prediction] = question.said
    if touched:
        after = {
            each.name: each for each in cached_predictions.predict(question.models, seen, cache=False)
        }
    with effect:
        st.html(_effect(question.said, after, seen, touched=touched))
    cards = "".join(_card(question.said[name], after[name], question.given.label) for name in after)
    st.html(f'<div style="{heatmap_cards.grid(230)}" class="poked">{cards}</div>')
    if chosen:
        title = f"Weights, pixel by pixel · {escape_markdown(chosen.model)}, {chosen.method.title}"
        with st.expander(title, icon=":material/grid_on:"):
            st.caption(f"{escape_markdown(chosen.why)}. Point at a pixel to read its weight.")
            pixel_weights.show(chosen, question)


def _chosen(shown: list[Explanation]) -> Explanation | None:
    """The map under the brush, of those that there are."""
    whole = {f"{each.model} · {each.method.title}": each for each in shown if not each.problem}
    if not whole:
        return None
    name = next(iter(whole))
    if len(whole) > 1:
        name = st.selectbox("Map under the brush", list(whole), width=300) or name
    return whole[name]


def _set() -> tuple[str, int, bool]:
    """What is painted with, how wide, and whether the map is seen under it."""
    state = st.session_state
    return state.get(COVER) or next(iter(COVERS)), state.get(BRUSH, 40), state.get(HEATED, True)


def _tools() -> None:
    """Draw what sets these, below the canvas."""
    cover = st.segmented_control(
        "Paint over with", list(COVERS), default=next(iter(COVERS)), required=True, key=COVER,
        persist_state="session",
    )  # fmt: skip
    st.caption(f"{cover}: {COVERS[cover or next(iter(COVERS))]}.")
    st.slider("Brush width", 6, 120, 40, key=BRUSH, format="%d px", persist_state="session")
    st.toggle("Show the heatmap under the brush", value=True, key=HEATED, persist_state="session")


def _canvas(image: np.ndarray, below: np.ndarray, width: int) -> np.ndarray:
    """Which pixels are painted over, bool [28, 28]."""
    pixels = canvas.draw_canvas(
        "painting",
        background_key=content_key(image),
        edge=overlay.EDGE,
        stroke_width=width,
        stroke_color=PAINT,
        background_image=Image.fromarray(below),
    )
    return painted(pixels)


def painted(pixels: np.ndarray | None) -> np.ndarray:
    """Pixels of the image that lie under paint, bool [28, 28], from RGBA uint8 [H, W, 4]."""
    import cv2

    if pixels is None:
        return np.zeros((IMAGE_SIZE, IMAGE_SIZE), dtype=bool)
    alpha = (pixels[..., 3] > 0).astype(np.float32)
    share = cv2.resize(alpha, (IMAGE_SIZE, IMAGE_SIZE), interpolation=cv2.INTER_AREA)
    found: np.ndarray = share > COVERED
    return found


def poked(image: np.ndarray, mask: np.ndarray, cover: str) -> np.ndarray:
    """An image uint8 [28, 28] with something else under the mask."""
    import cv2

    instead = {
        "Black": lambda: np.zeros_like(image),
        "White": lambda: np.full_like(image, 255),
        "Blurred": lambda: cv2.GaussianBlur(image, (0, 0), BLUR),
    }
    return np.where(mask, instead[cover](), image).astype(np.uint8)


def _effect(
    before: Mapping[str, Prediction],
    after: Mapping[str, Prediction],
    image: np.ndarray,
    *,
    touched: bool,
) -> str:
    """What the models see, and a line for each: its answer now, and what its first one lost."""
    words = "What the models see now" if touched else "Paint over what you think matters"
    lines = "".join(_line(before[name], now) for name, now in after.items())
    return (
        '<div style="display:flex;gap:14px;align-items:center;font-size:.85rem;line-height:1.45;'
        f'margin-bottom:34px" class="effect"><img src="{data_url(image)}" alt="{words}" '
        'style="width:72px;height:72px;image-rendering:pixelated;border-radius:6px;flex:none">'
        f"<div><b>{words}</b>{lines}</div></div>"
    )


def _line(before: Prediction, now: Prediction) -> str:
    dot = f"{html_snippets.name_with_dot(now.color, now.name)}: "
    if before.probabilities is None or now.predicted is None or now.probabilities is None:
        return f"<div>{dot}{escape(now.error or '')}</div>"
    assert before.predicted is not None
    lost = round(100 * (now.probabilities[before.predicted] - before.confidence))
    whose = "" if now.predicted == before.predicted else f"{CLASSES[before.predicted]} "
    changed = f" ({whose}{lost:+d})" if lost else ""
    return f"<div>{dot}<b>{CLASSES[now.predicted]}</b> {now.confidence:.0%}{changed}</div>"


def _card(before: Prediction, after: Prediction, truth: int | None) -> str:
    head = html_snippets.name_with_dot(before.color, before.name)
    if before.probabilities is None or after.probabilities is None:
        problem = escape(before.error or "")
        return f'<section style="{heatmap_cards.CARD}">{head}<br>{problem}</section>'
    assert before.predicted is not None
    assert after.predicted is not None
    places = (-np.maximum(before.probabilities, after.probabilities)).argsort()[:MOST_CLASSES]
    bars = "".join(_bar(before, after, int(label), truth) for label in places)
    kept = before.predicted == after.predicted
    said = CLASSES[after.predicted] if kept else f"{CLASSES[before.predicted]} → {CLASSES[after.predicted]}"
    return (
        f'<section style="{heatmap_cards.CARD}" data-model="{escape(before.name)}" '
        f'data-predicted="{CLASSES[after.predicted]}"><div style="font-size:.85rem">{head}</div>'
        f'<div style="font-weight:600;margin:2px 0 6px">{said}</div>{bars}</section>'
    )


def _bar(before: Prediction, after: Prediction, label: int, truth: int | None) -> str:
    assert before.probabilities is not None
    assert after.probabilities is not None
    was, now = float(before.probabilities[label]), float(after.probabilities[label])
    change = round(100 * (now - was))
    words = f"{now:.0%}" + (f" ({change:+d})" if change else "")
    name = CLASSES[label] + (" ◂" if label == truth else "")
    place = f"position:absolute;left:{100 * was:.1f}%;top:-2px;bottom:-2px;width:2px"
    mark = f'<span title="before: {was:.0%}" style="{place};background:currentColor"></span>'
    return (
        '<div style="display:grid;grid-template-columns:84px 1fr 72px;gap:6px;align-items:center;'
        f'font-size:.76rem;line-height:1.6"><span>{name}</span>'
        f"{html_snippets.probability_bar(now, after.color, inside=mark)}"
        f'<span style="text-align:right">{words}</span></div>'
    )
