"""From a drawing to what a model sees: outlines are filled, then it is reduced and centred.

Models have learned from photographs, in which a garment is an area of cloth. A thin outline is far
from that, so what a line encloses is filled with a tone paler than the line.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from fmnist_core.errors import DataError
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.preprocessing.authors_conversion import LUMA_WEIGHTS, BACKGROUND_GRAY
from fmnist_core.preprocessing.preprocessed import Original, Preprocessed, PreprocessingStep, Window, compose_boxes, window_to_box, input_box_around

INK_THRESHOLD = 0.1
"""Share of black above which a pixel counts as drawn on."""
FILL_TONE = 0.72
"""Tone of what is filled in, of 1: about the median of Fashion-MNIST's garments."""
MAX_GAP = 0.03
"""Gaps of up to this share of the canvas are bridged before it is filled."""
MIN_SOLIDITY = 0.5
"""A drawing that covers less than this share of its own convex hull is an open outline."""
ERASER_GRAY = 254
"""Grey of the eraser's white, one off the paper's: what was rubbed out on purpose stays empty."""
ERASED_FRACTION = 0.5
"""Share of an enclosed area that the eraser must have covered for it to stay empty."""
OPEN_OUTLINE_TEXT = (
    "Nothing was filled in: the outline is open, or only lines were drawn. Close the outline, or "
    "paint the garment with a thick brush."
)


@dataclass(frozen=True, kw_only=True)
class Sketch:
    """What was drawn: 0 for paper to 1 for black, float32 [H, W]."""

    tones: np.ndarray
    erased: np.ndarray | None = None
    """Where the eraser went last, bool [H, W]."""

    @property
    def is_empty(self) -> bool:
        return not (self.tones > INK_THRESHOLD).any()


def read_canvas(canvas: np.ndarray) -> Sketch:
    """From a canvas's RGBA uint8 [H, W, 4], transparent or white where nothing was drawn."""
    opaque = canvas[..., 3:].astype(np.float32) / 255
    colours = canvas[..., :3] * opaque + 255 * (1 - opaque)
    tones = np.clip(1 - colours @ LUMA_WEIGHTS.astype(np.float32) / 255, 0, 1)
    erased = (canvas == [ERASER_GRAY, ERASER_GRAY, ERASER_GRAY, 255]).all(axis=-1)
    return Sketch(tones=np.where(erased, 0, tones), erased=erased)


def preprocess_sketch(ink: Sketch, *, filled: bool = True) -> Preprocessed:
    """What a model sees of a drawing; raises `DataError` for an empty one."""
    if ink.is_empty:
        raise DataError("Nothing is drawn yet. Draw a garment on the canvas.")
    tones = fill_outlines(ink) if filled else ink.tones
    bounds = _bounds(tones)
    cut = tones[bounds]
    small = _reduced(cut)
    image = _centred(small)
    drawn = _on_paper(ink.tones)
    steps = (
        PreprocessingStep(title="Drawing", picture=drawn, hint="As you drew it."),
        *(
            [PreprocessingStep(title="Filled", picture=_on_paper(tones), hint=FILLED_CAPTION)]
            if filled
            else []
        ),
        PreprocessingStep(
            title="Cut out", picture=_on_paper(cut), hint="The empty paper around it is left out."
        ),
        PreprocessingStep(
            title="Reduced",
            picture=_on_paper(small),
            hint="Longest edge 28 pixels; areas are averaged, since thin lines would be skipped.",
        ),
        PreprocessingStep(
            title="Negated", picture=image, hint="Bright on black, in the middle of 28 × 28."
        ),
    )
    warning = OPEN_OUTLINE_TEXT if filled and _is_open(tones) else None
    square = compose_boxes(window_to_box(bounds, tones.shape), input_box_around(_middle_window(small.shape)))
    original = Original(picture=drawn, square=square)
    return Preprocessed(image=image, steps=steps, inverted=True, warning=warning, original=original)


FILLED_CAPTION = "What a line encloses is filled, as cloth would be; lines stay darker."


def fill_outlines(ink: Sketch) -> np.ndarray:
    """Cloth in all that a flood from outside does not reach, small gaps in lines bridged.

    Holes that were rubbed out stay. Float32 [H, W].
    """
    drawn = (ink.tones > INK_THRESHOLD).astype(np.uint8)
    gap = round(MAX_GAP * max(drawn.shape)) | 1  # an even brush would move what it closes
    round_brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (gap, gap))
    margin = gap + 1
    roomy = np.pad(drawn, margin)
    dams = cv2.morphologyEx(roomy, cv2.MORPH_CLOSE, round_brush)
    cv2.floodFill(dams, None, (0, 0), 2)
    inside = dams[margin:-margin, margin:-margin] != 2
    if ink.erased is not None:
        inside &= ~_holes(inside & (drawn == 0), ink.erased)
    return np.where(inside, np.maximum(ink.tones, FILL_TONE), ink.tones).astype(np.float32)


def _holes(enclosed: np.ndarray, erased: np.ndarray) -> np.ndarray:
    """The enclosed areas that were rubbed out, for the most part."""
    number, areas = cv2.connectedComponents(enclosed.astype(np.uint8), connectivity=4)
    sizes = np.bincount(areas.ravel(), minlength=number)
    rubbed = np.bincount(areas[erased], minlength=number)
    holes = rubbed > ERASED_FRACTION * sizes
    holes[0] = False
    found: np.ndarray = holes[areas]
    return found


def _is_open(tones: np.ndarray) -> bool:
    """Whether lines are all there is."""
    drawn = tones > INK_THRESHOLD
    points = np.argwhere(drawn).astype(np.int32)
    hull = float(cv2.contourArea(cv2.convexHull(points)))
    return hull > 0 and drawn.sum() < MIN_SOLIDITY * hull


def _bounds(tones: np.ndarray) -> Window:
    """The rows and columns that were drawn on."""
    rows, columns = np.nonzero(tones > INK_THRESHOLD)
    return slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)


def _reduced(tones: np.ndarray) -> np.ndarray:
    scale = IMAGE_SIZE / max(tones.shape)
    height, width = (max(1, round(edge * scale)) for edge in tones.shape)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.resize(tones, (width, height), interpolation=way)


def _centred(tones: np.ndarray) -> np.ndarray:
    """Uint8 [28, 28], bright on black."""
    square = np.zeros((IMAGE_SIZE, IMAGE_SIZE), dtype=np.uint8)
    square[_middle_window(tones.shape)] = np.rint(255 * tones)
    return square


def _middle_window(shape: tuple[int, ...]) -> Window:
    top, left = ((IMAGE_SIZE - edge) // 2 for edge in shape)
    return slice(top, top + shape[0]), slice(left, left + shape[1])


def _on_paper(tones: np.ndarray) -> np.ndarray:
    return np.rint(BACKGROUND_GRAY * (1 - tones)).astype(np.uint8)
