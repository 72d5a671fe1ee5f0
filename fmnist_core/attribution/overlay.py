"""From weights to pictures: colour maps, overlays, and what a colour means."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.preprocessing.preprocessed import Original

if TYPE_CHECKING:
    from fmnist_core.attribution.heatmap import Heatmap

EDGE = 336
"""Of a heatmap's picture in pixels: twelve for each pixel of an image, six for each of 56."""
MAX_ORIGINAL_EDGE = 720
"""Longest edge of a photograph under a map, in pixels."""
MARGIN = 0.12
"""What of it is shown around what the model saw, as a share of that."""
COLOR_MAPS: Mapping[str, str] = MappingProxyType(
    {
        "Inferno": "COLORMAP_INFERNO",
        "Viridis": "COLORMAP_VIRIDIS",
        "Cividis": "COLORMAP_CIVIDIS",
        "Turbo": "COLORMAP_TURBO",
        "Grey": "COLORMAP_BONE",
    }
)
"""By what people call them: OpenCV's name."""


@dataclass(frozen=True, kw_only=True)
class HeatmapStyle:
    """How a heatmap is drawn."""

    colours: str = "Inferno"
    strength: float = 0.6
    """Share of the colour over the picture, 0 to 1."""
    blocks: bool = False
    """Whether the layer's own places are shown instead of a smooth picture."""


def displayed_weights(heatmap: "Heatmap | None", look: HeatmapStyle) -> np.ndarray | None:
    """What is drawn of it: its grid [h, w] or its values [S, S]; `None` where there is nothing."""
    if heatmap is None or heatmap.problem:
        return None
    return heatmap.grid if look.blocks else heatmap.values


@lru_cache(maxsize=len(COLOR_MAPS))
def color_table(name: str) -> np.ndarray:
    """A colour map as RGB uint8 [256, 3]."""
    import cv2

    steps = np.arange(256, dtype=np.uint8)[:, None]
    coloured = cv2.applyColorMap(steps, getattr(cv2, COLOR_MAPS[name]))
    return cv2.cvtColor(coloured, cv2.COLOR_BGR2RGB)[:, 0]


def apply_color_map(values: np.ndarray, name: str) -> np.ndarray:
    """RGB uint8 [H, W, 3] for values from 0 to 1."""
    places = np.rint(255 * np.clip(np.nan_to_num(values), 0, 1)).astype(int)
    found: np.ndarray = color_table(name)[places]
    return found


def css_gradient(name: str) -> str:
    """The colour map as a CSS gradient, from 0 on the left to 1 on the right."""
    stops = ",".join("rgb({},{},{})".format(*color_table(name)[each]) for each in range(0, 256, 17))
    return f"linear-gradient(to right,{stops})"


def enlarge(values: np.ndarray, edge: int = EDGE, *, blocks: bool = False) -> np.ndarray:
    """Values or an image [h, w] as [edge, edge]."""
    import cv2

    way = cv2.INTER_NEAREST_EXACT if blocks else cv2.INTER_LINEAR
    return cv2.resize(values, (edge, edge), interpolation=way)


def overlay_image(image: np.ndarray, values: np.ndarray | None, look: HeatmapStyle) -> np.ndarray:
    """Values [h, w] over an image uint8 [28, 28]: RGB uint8 [336, 336, 3]; `None` for no map."""
    below = np.repeat(enlarge(image, blocks=True)[..., None], 3, axis=2)
    if values is None:
        return below
    return blend(below, enlarge(values, blocks=look.blocks), look)


def overlay_original(original: Original, values: np.ndarray, look: HeatmapStyle) -> np.ndarray:
    """Values [h, w] over the part of what was handed in that the model saw, with a little around.

    RGB uint8 [H, W, 3]. Colours are as thick as the weight, so that paper stays paper.
    """
    from fmnist_core.preprocessing.photo import shrink_to_edge

    original = replace(original, image=shrink_to_edge(original.image, MAX_ORIGINAL_EDGE))
    picture = original.image
    below = np.repeat(picture[..., None], 3, axis=2) if picture.ndim == 2 else picture
    projected = np.nan_to_num(original.project(values, nearest=look.blocks))
    thickness = look.strength * np.sqrt(projected)[..., None]
    above = apply_color_map(projected, look.colours)
    whole = np.rint((1 - thickness) * below + thickness * above).astype(np.uint8)
    return whole[_seen(original)]


def _seen(original: Original) -> tuple[slice, slice]:
    """Rows and columns of the picture around what the model saw."""
    height, width = original.image.shape[:2]
    left, top, right, bottom = original.input_box
    return _around(top, bottom, height), _around(left, right, width)


def _around(start: float, end: float, length: int) -> slice:
    spare = MARGIN * (end - start)
    return slice(max(0, int((start - spare) * length)), int((end + spare) * length) + 1)


def blend(below: np.ndarray, values: np.ndarray, look: HeatmapStyle) -> np.ndarray:
    """Colours over a picture RGB uint8 [H, W, 3]."""
    above = apply_color_map(values, look.colours)
    return np.rint((1 - look.strength) * below + look.strength * above).astype(np.uint8)


def resample_to_pixels(values: np.ndarray, *, blocks: bool = False) -> np.ndarray:
    """Float32 [28, 28]: the mean of what lies over each pixel of the image."""
    import cv2

    size = (IMAGE_SIZE, IMAGE_SIZE)
    if values.shape == size:
        return values
    if min(values.shape) < IMAGE_SIZE:
        return enlarge(values, IMAGE_SIZE, blocks=blocks)
    return cv2.resize(values, size, interpolation=cv2.INTER_AREA)


PNG_SCALE = 2


def overlay_png(image: np.ndarray, values: np.ndarray | None, look: HeatmapStyle) -> bytes:
    """One map over an image uint8 [28, 28], 672 pixels across."""
    return encode_png(Image.fromarray(overlay_image(image, values, look)).resize(_size()))


def _size() -> tuple[int, int]:
    return PNG_SCALE * EDGE, PNG_SCALE * EDGE


def encode_png(whole: Image.Image) -> bytes:
    file = io.BytesIO()
    whole.save(file, format="PNG")
    return file.getvalue()


def export_weights(heatmap: "Heatmap", *, blocks: bool) -> np.ndarray:
    """The weights that a file has a row for each of: [28, 28], or the layer's own [h, w]."""
    return heatmap.grid if blocks else resample_to_pixels(heatmap.values)
