"""Thousands of points on a canvas, with thumbnails on hover and a lasso, as a component."""

import base64
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.html_snippets import data_url

SCRIPT, STYLE = Path(__file__).with_suffix(".js"), Path(__file__).with_suffix(".css")
HTML = """
<div class="legend" role="group" aria-label="Legend"></div>
<div class="plot">
  <canvas class="points" role="img" aria-label="Map of images"></canvas>
  <canvas class="overlay" tabindex="0"></canvas>
  <div class="tip" hidden><canvas width="28" height="28"></canvas><div></div></div>
  <div class="tools">
    <button type="button" class="select" aria-label="Select with a finger">◌</button>
    <button type="button" data-zoom="1.5" aria-label="Zoom in">+</button>
    <button type="button" data-zoom="0.667" aria-label="Zoom out">−</button>
    <button type="button" data-zoom="0" aria-label="Show all">⤢</button>
  </div>
</div>
"""
COLUMNS = 50
"""Thumbnails in a row of the sheet; Streamlit shrinks images of more than 1,460 pixels."""
POSITION_SCALE = 32_000
"""Positions from -1 to 1 are sent as 16-bit integers."""
SHEET = "map-sheet"
"""Key of the container of the sheet of thumbnails, which the component reads."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """One entry of the legend."""

    name: str
    color: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Star:
    """An image of the user's own on the map."""

    position: np.ndarray
    """[2], from -1 to 1."""
    pixels: np.ndarray
    """uint8 [28, 28]."""
    text: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Scatter:
    """What the component draws."""

    positions: np.ndarray
    """[N, 2], from -1 to 1, with the second axis upward."""
    groups: Sequence[Group]
    group_of: np.ndarray
    """The index of each point's group, [N]."""
    classes: Sequence[str]
    labels: np.ndarray
    """[N]."""
    predictions: np.ndarray | None = None
    """[N]; `None` if there are none."""
    confidences: np.ndarray | None = None
    """Of the predicted class, from 0 to 1, [N]."""
    star: Star | None = None
    lasso: Sequence[tuple[float, float]] = ()
    selected: int | None = None
    description: str = ""
    height: int = 560


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component(
        "scatter_map", html=HTML, css=STYLE.read_text(), js=SCRIPT.read_text()
    )


def draw_scatter(
    scatter: Scatter,
    *,
    key: str,
    on_lasso: Callable[[list[tuple[float, float]]], None],
    on_pick: Callable[[int], None],
) -> None:
    """Draw the map.

    `on_lasso` is called with the corners of a lasso, none if it was cleared, and `on_pick` with the
    index of a point that is clicked.
    """

    def lasso() -> None:
        on_lasso([(float(x), float(y)) for x, y in st.session_state[key].lasso or []])

    def pick() -> None:
        picked = st.session_state[key].picked
        if picked is not None and 0 <= int(picked) < len(scatter.positions):
            on_pick(int(picked))

    _component()(
        key=key, data=_to_data(scatter), on_lasso_change=lasso, on_picked_change=pick,
    )  # fmt: skip


def _to_data(scatter: Scatter) -> dict[str, object]:
    positions = np.clip(scatter.positions, -1, 1) * POSITION_SCALE
    star = scatter.star
    return {
        "positions": _encode(positions.round().astype("<i2")),
        "scale": POSITION_SCALE,
        "groups": [{"name": group.name, "color": group.color} for group in scatter.groups],
        "group_of": _encode(scatter.group_of.astype(np.uint8)),
        "classes": list(scatter.classes),
        "labels": _encode(scatter.labels.astype(np.uint8)),
        "predictions": None
        if scatter.predictions is None
        else _encode(scatter.predictions.astype(np.uint8)),
        "confidences": None
        if scatter.confidences is None
        else _encode((100 * scatter.confidences).round().astype(np.uint8)),
        "star": None
        if star is None
        else {
            "x": float(star.position[0]), "y": float(star.position[1]),
            "image": data_url(star.pixels), "text": star.text,
        },
        "lasso": [list(point) for point in scatter.lasso],
        "selected": scatter.selected,
        "sheet": f".st-key-{SHEET} img",
        "columns": COLUMNS,
        "description": scatter.description,
        "height": scatter.height,
    }  # fmt: skip


def _encode(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def make_sheet(images: np.ndarray) -> bytes:
    """The thumbnails of images uint8 [N, 28, 28] in rows of `COLUMNS`, as a JPEG file.

    5,000 take 1.3 MB; a PNG file would take 2.1.
    """
    num_rows = -(-len(images) // COLUMNS)
    sheet = np.zeros((num_rows * COLUMNS, IMAGE_SIZE, IMAGE_SIZE), dtype=np.uint8)
    sheet[: len(images)] = images
    rows = sheet.reshape(num_rows, COLUMNS, IMAGE_SIZE, IMAGE_SIZE).transpose(0, 2, 1, 3)
    file = io.BytesIO()
    pixels = np.ascontiguousarray(rows.reshape(num_rows * IMAGE_SIZE, COLUMNS * IMAGE_SIZE))
    Image.fromarray(pixels).save(file, format="JPEG", quality=80)
    return file.getvalue()


def points_inside(positions: np.ndarray, lasso: Sequence[tuple[float, float]]) -> np.ndarray:
    """Whether each of the positions [N, 2] lies inside a polygon, bool [N].

    Even-odd rule: a ray to the right crosses the edges an odd number of times.
    """
    inside = np.zeros(len(positions), dtype=bool)
    if len(lasso) < 3:
        return inside
    x, y = positions.T
    corners = np.asarray(lasso, dtype=np.float64)
    for (x1, y1), (x2, y2) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y1 == y2:
            continue
        crosses = (y1 > y) != (y2 > y)
        inside ^= crosses & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    return inside
