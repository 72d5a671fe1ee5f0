"""An outline of each class, as a line drawing to start from and as an icon."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import numpy as np
from PIL import Image, ImageDraw

from fmnist_core.synthetic.shapes import Points, mirror_outline

GRID = 100
"""Outlines are on a square of this many units."""
SUPERSAMPLING = 3
ICON_STROKE = 7
"""In units of the grid."""


def _symmetric(half: Points, *lines: Points) -> tuple[Points, ...]:
    """A closed outline from its right half, in units from the middle, and open lines."""
    outline = mirror_outline(half)
    return tuple([(GRID / 2 + x, y) for x, y in line] for line in ([*outline, outline[0]], *lines))


_T_SHIRT = _symmetric(
    [(0, 21), (10, 15), (18, 15), (39, 31), (30, 44), (21, 38), (21, 86)],
)
_TROUSER = _symmetric(
    [(0, 9), (17, 9), (20, 92), (6, 92), (0, 38)],
)
_PULLOVER = _symmetric(
    [(0, 18), (10, 13), (20, 16), (31, 27), (38, 80), (27, 83), (22, 46), (22, 86)],
)
_DRESS = _symmetric(
    [(0, 20), (7, 17), (9, 8), (13, 8), (14, 28), (10, 44), (22, 93)],
)
_COAT = _symmetric(
    [(0, 8), (12, 8), (22, 13), (32, 26), (36, 84), (26, 86), (25, 93)],
    [(0, 8), (0, 93)],
    [(23, 45), (26, 86)],
    [(-23, 45), (-26, 86)],
)
_SANDAL: tuple[Points, ...] = (
    [(8, 70), (30, 72), (60, 58), (88, 34), (93, 38), (93, 76), (86, 76), (84, 54), (62, 70),
     (34, 80), (8, 78), (8, 70)],
    [(20, 71), (30, 56), (42, 67)],
    [(76, 44), (84, 24), (92, 36)],
)  # fmt: skip
_SHIRT = _symmetric(
    [(0, 20), (8, 10), (19, 15), (33, 30), (38, 74), (29, 76), (22, 44), (22, 90)],
    [(0, 20), (0, 90)],
)
_SNEAKER: tuple[Points, ...] = (
    [(6, 66), (6, 58), (22, 54), (42, 40), (54, 34), (62, 42), (78, 40), (88, 34), (94, 44),
     (94, 70), (8, 70), (6, 66)],
)  # fmt: skip
_BAG: tuple[Points, ...] = (
    [(12, 42), (88, 42), (92, 86), (8, 86), (12, 42)],
    [(32, 42), (34, 24), (42, 16), (58, 16), (66, 24), (68, 42)],
)
_ANKLE_BOOT: tuple[Points, ...] = (
    [(10, 78), (10, 66), (24, 58), (42, 50), (52, 38), (54, 12), (90, 12), (88, 40), (92, 62),
     (92, 84), (80, 84), (78, 76), (62, 84), (10, 84), (10, 78)],
)  # fmt: skip

OUTLINES: tuple[tuple[Points, ...], ...] = (
    _T_SHIRT, _TROUSER, _PULLOVER, _DRESS, _COAT, _SANDAL, _SHIRT, _SNEAKER, _BAG, _ANKLE_BOOT,
)  # fmt: skip
"""The lines of each class, by label; the first is closed."""


@dataclass(frozen=True, kw_only=True)
class Pen:
    """What a drawing is drawn with, and on."""

    width: int
    """In pixels."""
    color: str
    paper: str


def canvas_json(label: int, pen: Pen, *, edge: int) -> dict[str, Any]:
    """The drawing of a class in the canvas's own format, on a canvas of `edge` pixels."""
    objects = [
        {
            "type": "Path",
            "path": _path_commands(line, edge / GRID),
            "fill": None,
            "stroke": pen.color,
            "strokeWidth": pen.width,
            "strokeLineCap": "round",
            "strokeLineJoin": "round",
        }
        for line in OUTLINES[label]
    ]
    return {"objects": objects, "background": pen.paper}


def _path_commands(line: Points, scale: float) -> list[list[Any]]:
    return [
        ["L" if index else "M", round(x * scale, 1), round(y * scale, 1)]
        for index, (x, y) in enumerate(line)
    ]


def draw_pixels(label: int, pen: Pen, *, edge: int) -> np.ndarray:
    """The same drawing as pixels, RGBA uint8 [edge, edge, 4]."""
    scale = edge * SUPERSAMPLING / GRID
    image = Image.new("RGBA", (edge * SUPERSAMPLING,) * 2, pen.paper)
    brush = ImageDraw.Draw(image)
    radius = pen.width * SUPERSAMPLING / 2
    for line in OUTLINES[label]:
        points = [(x * scale, y * scale) for x, y in line]
        brush.line(points, fill=pen.color, width=round(2 * radius))
        for x, y in points:
            brush.ellipse((x - radius, y - radius, x + radius, y + radius), fill=pen.color)
    return np.asarray(image.resize((edge, edge), Image.Resampling.LANCZOS))


def icon_url(label: int, *, stroke: float = ICON_STROKE, dashes: Sequence[int] = ()) -> str:
    """The outline as a data URL of an SVG image, black on nothing, for a CSS mask."""
    dash_array = f' stroke-dasharray="{" ".join(map(str, dashes))}"' if dashes else ""
    lines = "".join(
        f'<polyline points="{" ".join(f"{x:g},{y:g}" for x, y in line)}"/>'
        for line in OUTLINES[label]
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {GRID} {GRID}" fill="none" '
        f'stroke="#000" stroke-width="{stroke:g}" stroke-linecap="round" '
        f'stroke-linejoin="round"{dash_array}>{lines}</svg>'
    )
    return f"data:image/svg+xml,{quote(svg)}"
