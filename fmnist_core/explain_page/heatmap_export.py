"""Export heatmaps: as one PNG at twice the size, and their weights as CSV."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from fmnist_core import csv_export
from fmnist_core.attribution import overlay
from fmnist_core.attribution.overlay import EDGE, PNG_SCALE, HeatmapStyle
from fmnist_core.explain_page.compute import Explanation
from fmnist_core.explain_page.request import ExplainRequest
from fmnist_core.fashion_mnist import CLASSES

NUM_COLUMNS = 3
TILE, MARGIN, LINE_HEIGHT = PNG_SCALE * EDGE, 24, 30
SCALE_WIDTH, SCALE_HEIGHT = 300, 16
TEXT_COLOR = "#555"
CSV_COLUMNS = ("model", "method", "class", "against", "layer", "row", "column", "weight")


def encode_sheet(explanations: Sequence[Explanation], request: ExplainRequest) -> bytes:
    """Encode all heatmaps as one PNG, three in a row, also those over the original."""
    original, style = request.image.preprocessed.original, request.style
    tiles = []
    for explanation in explanations:
        weights = overlay.displayed_weights(explanation.heatmap, style)
        over_input = overlay.overlay_image(request.image.pixels, weights, style)
        tiles.append((explanation, over_input))
        if original is not None and weights is not None:
            over_original = overlay.overlay_original(original, weights, style)
            tiles.append((explanation, over_original))
    return overlay.encode_png(_draw_sheet(tiles, style))


def _draw_sheet(
    tiles: Sequence[tuple[Explanation, np.ndarray]], style: HeatmapStyle
) -> Image.Image:
    num_columns = min(NUM_COLUMNS, len(tiles))
    num_rows = -(-len(tiles) // num_columns)
    row_height = TILE + 2 * LINE_HEIGHT + MARGIN
    sheet = Image.new(
        "RGB",
        (MARGIN + num_columns * (TILE + MARGIN), 3 * MARGIN + num_rows * row_height),
        "white",
    )
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(22)
    for index, (explanation, tile) in enumerate(tiles):
        left = MARGIN + index % num_columns * (TILE + MARGIN)
        top = MARGIN + index // num_columns * row_height
        text_top = top + TILE + 6
        title = f"{explanation.model.name} · {explanation.method.title}"
        subtitle = "empty heatmap" if explanation.problem else explanation.caption
        sheet.paste(_fit_into_square(tile), (left, top))
        draw.text((left, text_top), title, fill="black", font=font)
        draw.text((left, text_top + LINE_HEIGHT), subtitle, fill=TEXT_COLOR, font=font)
    top = sheet.height - MARGIN - SCALE_HEIGHT
    scale = np.repeat(overlay.color_table(style.color_map)[None], SCALE_HEIGHT, axis=0)
    sheet.paste(Image.fromarray(scale).resize((SCALE_WIDTH, SCALE_HEIGHT)), (MARGIN, top))
    legend = "ignored (left) to most important (right), each heatmap on its own scale"
    draw.text((MARGIN + SCALE_WIDTH + 16, top - 6), legend, fill=TEXT_COLOR, font=font)
    return sheet


def _fit_into_square(tile: np.ndarray) -> Image.Image:
    """Scale an image to the size of a tile, centered on white."""
    image = Image.fromarray(tile)
    scale = TILE / max(image.size)
    resampling = Image.Resampling.NEAREST if scale >= PNG_SCALE else Image.Resampling.LANCZOS
    image = image.resize((round(image.width * scale), round(image.height * scale)), resampling)
    square = Image.new("RGB", (TILE, TILE), "white")
    square.paste(image, ((TILE - image.width) // 2, (TILE - image.height) // 2))
    return square


def weights_csv(explanations: Sequence[Explanation], style: HeatmapStyle) -> str:
    """Return the weights as CSV, from 0 to 1 as they are drawn.

    A row for each of the 28 × 28 pixels, or for each cell of the layer's own grid.
    """
    rows = [row for explanation in explanations for row in _weight_rows(explanation, style)]
    return csv_export.rows_to_csv(rows, CSV_COLUMNS)


def _weight_rows(explanation: Explanation, style: HeatmapStyle) -> list[dict[str, object]]:
    heatmap, key = explanation.heatmap, explanation.key
    if heatmap is None or key is None or explanation.problem:
        return []
    weights = overlay.export_weights(heatmap, raw_grid=style.raw_grid)
    against = key.target.against
    return [
        {
            "model": explanation.model.name,
            "method": explanation.method.key,
            "class": CLASSES[key.target.label],
            "against": "" if against is None else CLASSES[against],
            "layer": "" if heatmap.layer is None else heatmap.layer.name,
            "row": row,
            "column": column,
            "weight": round(float(weight), 5),
        }
        for (row, column), weight in np.ndenumerate(weights)
    ]
