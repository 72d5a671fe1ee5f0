"""The app's mark: a T-shirt of nine by nine pixels, with the spot that a heatmap would show."""

from functools import cache
from urllib.parse import quote

import numpy as np
from PIL import Image

ROWS = (
    ".##...##.",
    "####.####",
    "#########",
    "#########",
    ".###ww##.",
    "..#whhw..",
    "..#whhw..",
    "..##ww#..",
    "..#####..",
)
"""One character per pixel: `#` is cloth, `w` warm, `h` hot, `.` transparent."""
COLORS = {"#": "#4763c4", "w": "#f0a35e", "h": "#e0561f"}
ICON_SCALE = 7


@cache
def mark_url() -> str:
    """The mark as a data URL of an SVG image."""
    pixels = "".join(
        f'<rect x="{x}" y="{y}" width="1.02" height="1.02" fill="{COLORS[character]}"/>'
        for y, row in enumerate(ROWS)
        for x, character in enumerate(row)
        if character in COLORS
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(ROWS[0])} {len(ROWS)}">'
        f"{pixels}</svg>"
    )
    return f"data:image/svg+xml,{quote(svg)}"


@cache
def mark_icon() -> Image.Image:
    """The mark as the icon of the browser's tab."""
    pixels = np.zeros((len(ROWS), len(ROWS[0]), 4), np.uint8)
    for y, row in enumerate(ROWS):
        for x, character in enumerate(row):
            if character in COLORS:
                pixels[y, x] = (*bytes.fromhex(COLORS[character][1:]), 255)
    size = (ICON_SCALE * pixels.shape[1], ICON_SCALE * pixels.shape[0])
    return Image.fromarray(pixels).resize(size, Image.Resampling.NEAREST)
