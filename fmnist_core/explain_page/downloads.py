"""Heatmaps as one picture at twice the size, and as numbers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from fmnist_core import csv_export
from fmnist_core.attribution import overlay
from fmnist_core.attribution.overlay import PNG_SCALE, HeatmapStyle, _size, export_weights, encode_png
from fmnist_core.explain_page.compute import Explanation
from fmnist_core.explain_page.request import ExplainRequest
from fmnist_core.fashion_mnist import CLASSES

if TYPE_CHECKING:
    pass

COLUMNS = 3
MARGIN, LINE, BAR = 24, 30, 300
"""Pixels of a picture at twice the size."""


def picture(shown: Sequence[Explanation], question: ExplainRequest) -> bytes:
    """A PNG of all of them, three beside each other, over what was handed in where that is more."""
    prepared, look = question.given.preprocessed, question.look
    tiles = []
    for each in shown:
        values = overlay.displayed_weights(each.heatmap, look)
        tiles.append((each, overlay.overlay_image(prepared.image, values, look)))
        if prepared.original is not None and values is not None:
            tiles.append((each, overlay.overlay_original(prepared.original, values, look)))
    return _sheet(tiles, look)


def _sheet(tiles: Sequence[tuple[Explanation, np.ndarray]], look: HeatmapStyle) -> bytes:
    edge, _ = _size()
    columns = min(COLUMNS, len(tiles))
    height = edge + 2 * LINE + MARGIN
    whole = Image.new(
        "RGB",
        (MARGIN + columns * (edge + MARGIN), 3 * MARGIN + -(-len(tiles) // columns) * height),
        "white",
    )
    pen = ImageDraw.Draw(whole)
    for number, (shown, tile) in enumerate(tiles):
        left = MARGIN + number % columns * (edge + MARGIN)
        top = MARGIN + number // columns * height
        whole.paste(_fitted(tile, edge), (left, top))
        pen.text((left, top + edge + 6), _title(shown), fill="black", font=_font())
        pen.text((left, top + edge + 6 + LINE), _subtitle(shown), fill="#555", font=_font())
    _legend(whole, pen, look)
    return encode_png(whole)


def _fitted(tile: np.ndarray, edge: int) -> Image.Image:
    """In the middle of a square."""
    found = Image.fromarray(tile)
    scale = edge / max(found.size)
    way = Image.Resampling.NEAREST if scale >= PNG_SCALE else Image.Resampling.LANCZOS
    found = found.resize((round(found.width * scale), round(found.height * scale)), way)
    square = Image.new("RGB", (edge, edge), "white")
    square.paste(found, ((edge - found.width) // 2, (edge - found.height) // 2))
    return square


def _title(shown: Explanation) -> str:
    return f"{shown.model} · {shown.method.title}"


def _subtitle(shown: Explanation) -> str:
    return "no map here" if shown.problem else shown.why


def _legend(whole: Image.Image, pen: ImageDraw.ImageDraw, look: HeatmapStyle) -> None:
    bar = np.repeat(overlay.color_table(look.colours)[None], 16, axis=0)
    top = whole.height - MARGIN - 16
    whole.paste(Image.fromarray(bar).resize((BAR, 16)), (MARGIN, top))
    words_of = "no weight (left) to most weight (right), each map on its own scale"
    pen.text((MARGIN + BAR + 16, top - 6), words_of, fill="#555", font=_font())


def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(22)


def numbers(shown: Sequence[Explanation], look: HeatmapStyle) -> str:
    """A CSV with the weights in each map, from 0 to 1, as they are drawn: of the 28 × 28 pixels, or
    of the layer's own grid.
    """
    return csv_export.rows_to_csv([row for each in shown for row in _rows(each, look)], CSV_COLUMNS)


CSV_COLUMNS = ("model", "method", "class", "against", "layer", "row", "column", "weight")


def _rows(shown: Explanation, look: HeatmapStyle) -> list[dict[str, object]]:
    if shown.heatmap is None or shown.asked is None or shown.problem:
        return []
    against, layer = shown.asked.against, shown.heatmap.layer
    weights = export_weights(shown.heatmap, blocks=look.blocks)
    return [
        {
            "model": shown.model, "method": shown.method.key, "class": CLASSES[shown.asked.label],
            "against": "" if against is None else CLASSES[against],
            "layer": "" if layer is None else layer.name,
            "row": row, "column": column, "weight": round(float(weight), 5),
        }
        for (row, column), weight in np.ndenumerate(weights)
    ]  # fmt: skip
