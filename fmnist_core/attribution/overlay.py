"""Draw heatmaps: color maps, overlays on the image or on the original, and image files."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.preprocessing.preprocessed import OriginalImage

if TYPE_CHECKING:
    from fmnist_core.attribution.heatmap import Heatmap

EDGE = 336
"""Edge of an overlay in pixels: 12 per pixel of a 28×28 image, 6 per pixel of 56×56."""
PNG_SCALE = 2
"""Downloaded overlays are this many times as large."""
JPEG_QUALITY = 92
"""Of overlays on a page: on average one of 256 levels off, a fifth of a PNG's size and time."""
MAX_ORIGINAL_EDGE = 720
"""Longest edge of a photo under a heatmap, in pixels."""
MARGIN = 0.12
"""How much of the original is visible around the model's input, as a fraction of its size."""
COLOR_MAPS: Mapping[str, str] = MappingProxyType(
    {
        "Inferno": "COLORMAP_INFERNO",
        "Viridis": "COLORMAP_VIRIDIS",
        "Cividis": "COLORMAP_CIVIDIS",
        "Turbo": "COLORMAP_TURBO",
        "Bone": "COLORMAP_BONE",
    }
)
"""OpenCV's constant of each color map."""


@dataclass(frozen=True, kw_only=True)
class HeatmapStyle:
    """How a heatmap is drawn."""

    color_map: str = "Inferno"
    opacity: float = 0.6
    """Of the colors over the image, 0 to 1."""
    raw_grid: bool = False
    """Draw the layer's own grid as blocks instead of interpolating it."""


def displayed_weights(heatmap: "Heatmap | None", style: HeatmapStyle) -> np.ndarray | None:
    """Return the weights to draw, the grid [h, w] or the values [S, S]; `None` if it is empty."""
    if heatmap is None or heatmap.problem:
        return None
    return heatmap.grid if style.raw_grid else heatmap.values


@lru_cache(maxsize=len(COLOR_MAPS))
def color_table(name: str) -> np.ndarray:
    """Return a color map as RGB uint8 [256, 3]."""
    import cv2

    levels = np.arange(256, dtype=np.uint8)[:, None]
    colors = cv2.applyColorMap(levels, getattr(cv2, COLOR_MAPS[name]))
    return cv2.cvtColor(colors, cv2.COLOR_BGR2RGB)[:, 0]


def apply_color_map(values: np.ndarray, name: str) -> np.ndarray:
    """Turn values from 0 to 1 into RGB uint8 [H, W, 3]."""
    import cv2

    levels = np.rint(255 * np.clip(np.nan_to_num(values), 0, 1)).astype(np.uint8)
    return cv2.LUT(cv2.merge([levels] * 3), color_table(name)[None])


def css_gradient(name: str) -> str:
    """Return a color map as a CSS gradient, from 0 on the left to 1 on the right."""
    table = color_table(name)
    stops = ",".join("rgb({},{},{})".format(*table[level]) for level in range(0, 256, 17))
    return f"linear-gradient(to right,{stops})"


def enlarge(values: np.ndarray, edge: int = EDGE, *, raw_grid: bool = False) -> np.ndarray:
    """Enlarge values or an image [h, w] to [edge, edge], bilinearly or as blocks."""
    import cv2

    interpolation = cv2.INTER_NEAREST_EXACT if raw_grid else cv2.INTER_LINEAR
    return cv2.resize(values, (edge, edge), interpolation=interpolation)


def overlay_image(image: np.ndarray, values: np.ndarray | None, style: HeatmapStyle) -> np.ndarray:
    """Draw values [h, w] over an image uint8 [28, 28]: RGB uint8 [336, 336, 3].

    `None` for values draws the image alone.
    """
    below = np.repeat(enlarge(image, raw_grid=True)[..., None], 3, axis=2)
    if values is None:
        return below
    return blend(below, enlarge(values, raw_grid=style.raw_grid), style)


def overlay_original(
    original: OriginalImage, values: np.ndarray, style: HeatmapStyle
) -> np.ndarray:
    """Draw values [h, w] over the part of the original that the model saw, with a small margin.

    RGB uint8 [H, W, 3]. Opacity grows with the weight, so that paper still looks like paper.
    """
    from fmnist_core.preprocessing.photo import shrink_to_edge

    original = replace(original, image=shrink_to_edge(original.image, MAX_ORIGINAL_EDGE))
    below = original.image
    if below.ndim == 2:
        below = np.repeat(below[..., None], 3, axis=2)
    weights = np.nan_to_num(original.project(values, nearest=style.raw_grid))
    opacity = style.opacity * np.sqrt(weights)[..., None]
    above = apply_color_map(weights, style.color_map)
    blended = np.rint((1 - opacity) * below + opacity * above).astype(np.uint8)
    return blended[_visible_part(original)]


def pad_around_input(original: OriginalImage) -> OriginalImage:
    """Extend the original by its border's color so that the margin around the input box fits.

    A drawing at the edge of its paper is then as large and as square as the model's input.
    """
    from fmnist_core.preprocessing.photo import shrink_to_edge

    image = shrink_to_edge(original.image, MAX_ORIGINAL_EDGE)
    height, width = image.shape[:2]
    left, top, right, bottom = original.input_box
    rows, columns = _pads(top, bottom, height), _pads(left, right, width)
    padded = np.empty((height + sum(rows), width + sum(columns), *image.shape[2:]), np.uint8)
    padded[:] = _border_color(image)
    padded[rows[0] : rows[0] + height, columns[0] : columns[0] + width] = image
    box = (
        (left * width + columns[0]) / padded.shape[1],
        (top * height + rows[0]) / padded.shape[0],
        (right * width + columns[0]) / padded.shape[1],
        (bottom * height + rows[0]) / padded.shape[0],
    )
    return replace(original, image=padded, input_box=box)


def _pads(start: float, end: float, length: int) -> tuple[int, int]:
    """How many pixels the interval with its margin reaches beyond the image on either side."""
    margin = MARGIN * (end - start)
    before, after = -(start - margin) * length, (end + margin - 1) * length
    return max(0, int(np.ceil(before))), max(0, int(np.ceil(after)))


def _border_color(image: np.ndarray) -> np.ndarray:
    """The median color along the edges of an image [H, W] or [H, W, 3]."""
    edges = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    return np.median(edges, axis=0).astype(np.uint8)


def _visible_part(original: OriginalImage) -> tuple[slice, slice]:
    """Rows and columns of the model's input in the original, with a margin."""
    height, width = original.image.shape[:2]
    left, top, right, bottom = original.input_box
    return _widen(top, bottom, height), _widen(left, right, width)


def _widen(start: float, end: float, length: int) -> slice:
    margin = MARGIN * (end - start)
    return slice(max(0, int((start - margin) * length)), int((end + margin) * length) + 1)


def blend(below: np.ndarray, values: np.ndarray, style: HeatmapStyle) -> np.ndarray:
    """Blend the colors of values [H, W] over an image RGB uint8 [H, W, 3]."""
    import cv2

    above = apply_color_map(values, style.color_map)
    # NumPy takes ten times as long, which a class notices: five of these stand on a page.
    return cv2.addWeighted(below, 1 - style.opacity, above, style.opacity, 0)


def resample_to_pixels(values: np.ndarray, *, raw_grid: bool = False) -> np.ndarray:
    """Resample values [h, w] to the image's pixels: float32 [28, 28] with the same mean."""
    import cv2

    size = (IMAGE_SIZE, IMAGE_SIZE)
    if values.shape == size:
        return values
    if min(values.shape) < IMAGE_SIZE:
        return enlarge(values, IMAGE_SIZE, raw_grid=raw_grid)
    return cv2.resize(values, size, interpolation=cv2.INTER_AREA)


def overlay_png(image: np.ndarray, values: np.ndarray | None, style: HeatmapStyle) -> bytes:
    """Encode the overlay on an image uint8 [28, 28] as a PNG of 672×672 pixels."""
    edge = PNG_SCALE * EDGE
    return encode_png(Image.fromarray(overlay_image(image, values, style)).resize((edge, edge)))


def encode_png(image: Image.Image) -> bytes:
    """Encode an image as a PNG file."""
    file = io.BytesIO()
    image.save(file, format="PNG")
    return file.getvalue()


def encode_jpeg(image: np.ndarray) -> bytes:
    """Encode an overlay uint8 [H, W, 3] as a JPEG file, with the full resolution of its colors."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, format="JPEG", quality=JPEG_QUALITY, subsampling=0)
    return file.getvalue()


def export_weights(heatmap: "Heatmap", *, raw_grid: bool) -> np.ndarray:
    """Return the weights for a CSV file: per pixel [28, 28], or the layer's own grid [h, w]."""
    return heatmap.grid if raw_grid else resample_to_pixels(heatmap.values)
