"""Preprocess a sketch: fill closed outlines, crop, shrink and center it.

Models were trained on photos, in which garments are filled shapes. A thin outline looks nothing
like that, so the area inside an outline is filled with a lighter tone than the line.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from fmnist_core.errors import DataError
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.preprocessing.authors_conversion import BACKGROUND_GRAY, LUMA_WEIGHTS
from fmnist_core.preprocessing.preprocessed import (
    OriginalImage,
    Preprocessed,
    PreprocessingStep,
    Window,
    compose_boxes,
    input_box_around,
    window_to_box,
)

STROKE_THRESHOLD = 0.1
"""Tone (of 1) above which a pixel counts as drawn on."""
FILL_TONE = 0.72
"""Tone of filled areas: about the median of Fashion-MNIST's garments."""
MAX_GAP = 0.03
"""Gaps in outlines up to this fraction of the canvas are closed before filling."""
MIN_SOLIDITY = 0.5
"""A sketch that covers a smaller fraction of its convex hull may be an open outline."""
MIN_FILLED = 0.1
"""It is one if less than this fraction of its convex hull was filled."""
ERASER_GRAY = 254
"""The eraser's white, one below the canvas's: areas erased on purpose stay empty."""
ERASED_FRACTION = 0.5
"""Fraction of an enclosed area that must have been erased for it to stay empty."""
FILLED_CAPTION = "Closed outlines are filled, like fabric; lines stay darker."
OPEN_OUTLINE_TEXT = (
    "Your outline has a gap, so it was not filled in. Close it, and the models see a garment "
    "instead of a line."
)


@dataclass(frozen=True, kw_only=True)
class Sketch:
    """A sketch: tones from 0 (empty) to 1 (black on the canvas, bright in the result), [H, W]."""

    tones: np.ndarray
    erased: np.ndarray | None = None
    """Whether each pixel was erased after it was last drawn on, bool [H, W]."""

    @property
    def is_empty(self) -> bool:
        return not (self.tones > STROKE_THRESHOLD).any()


def read_canvas(canvas: np.ndarray) -> Sketch:
    """Read a canvas, RGBA uint8 [H, W, 4], transparent or white where nothing was drawn."""
    alpha = canvas[..., 3:].astype(np.float32) / 255
    colors = canvas[..., :3] * alpha + 255 * (1 - alpha)
    tones = np.clip(1 - colors @ LUMA_WEIGHTS.astype(np.float32) / 255, 0, 1)
    erased = (canvas == [ERASER_GRAY, ERASER_GRAY, ERASER_GRAY, 255]).all(axis=-1)
    return Sketch(tones=np.where(erased, 0, tones), erased=erased)


def preprocess_sketch(sketch: Sketch, *, filled: bool = True) -> Preprocessed:
    """Convert a sketch to 28×28, with closed outlines filled; raises `DataError` if it is empty."""
    if sketch.is_empty:
        raise DataError("The canvas is empty. Draw a garment on it.")
    tones = fill_outlines(sketch) if filled else sketch.tones
    window = _drawn_window(tones)
    cropped = tones[window]
    small = _resize(cropped)
    result = _center(small)
    drawing = _on_white_background(sketch.tones)
    steps = [PreprocessingStep(title="Drawing", image=drawing, caption="As you drew it.")]
    if filled:
        steps.append(
            PreprocessingStep(
                title="Filled", image=_on_white_background(tones), caption=FILLED_CAPTION
            )
        )
    steps += [
        PreprocessingStep(
            title="Cropped",
            image=_on_white_background(cropped),
            caption="Without the empty canvas around it.",
        ),
        PreprocessingStep(
            title="Shrunk to 28 px",
            image=_on_white_background(small),
            caption="Each pixel is the average of an area; skipping rows could lose thin lines.",
        ),
        PreprocessingStep(
            title="Inverted", image=result, caption="Bright on black, centered in 28 × 28 pixels."
        ),
    ]
    input_box = compose_boxes(
        window_to_box(window, tones.shape), input_box_around(_centered_window(small.shape))
    )
    return Preprocessed(
        image=result,
        steps=tuple(steps),
        inverted=True,
        warning=OPEN_OUTLINE_TEXT if filled and _is_open_outline(sketch.tones, tones) else None,
        original=OriginalImage(image=drawing, input_box=input_box),
    )


def fill_outlines(sketch: Sketch) -> np.ndarray:
    """Fill every area that a flood fill from outside does not reach, closing small gaps.

    Holes that were erased stay empty. Returns tones, float32 [H, W].
    """
    drawn = (sketch.tones > STROKE_THRESHOLD).astype(np.uint8)
    gap = round(MAX_GAP * max(drawn.shape)) | 1  # an even kernel would shift the result
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (gap, gap))
    margin = gap + 1
    padded = np.pad(drawn, margin)
    flooded = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, kernel)
    cv2.floodFill(flooded, None, (0, 0), 2)
    inside = flooded[margin:-margin, margin:-margin] != 2
    if sketch.erased is not None:
        inside &= ~_erased_holes(inside & (drawn == 0), sketch.erased)
    return np.where(inside, np.maximum(sketch.tones, FILL_TONE), sketch.tones).astype(np.float32)


def _erased_holes(enclosed: np.ndarray, erased: np.ndarray) -> np.ndarray:
    """Mask of the enclosed areas that were mostly erased."""
    num_areas, areas = cv2.connectedComponents(enclosed.astype(np.uint8), connectivity=4)
    num_pixels = np.bincount(areas.ravel(), minlength=num_areas)
    num_erased = np.bincount(areas[erased], minlength=num_areas)
    is_hole = num_erased > ERASED_FRACTION * num_pixels
    is_hole[0] = False
    holes: np.ndarray = is_hole[areas]
    return holes


def _is_open_outline(tones: np.ndarray, filled_tones: np.ndarray) -> bool:
    """Whether the sketch consists of lines only, and no area was filled."""
    covered = filled_tones > STROKE_THRESHOLD
    num_filled = (covered & (tones <= STROKE_THRESHOLD)).sum()
    hull_area = float(cv2.contourArea(cv2.convexHull(np.argwhere(covered).astype(np.int32))))
    is_line = covered.sum() < MIN_SOLIDITY * hull_area
    return bool(hull_area > 0 and is_line and num_filled < MIN_FILLED * hull_area)


def _drawn_window(tones: np.ndarray) -> Window:
    """Rows and columns that were drawn on."""
    rows, columns = np.nonzero(tones > STROKE_THRESHOLD)
    return slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)


def _resize(tones: np.ndarray) -> np.ndarray:
    """Resize the longest edge to 28 pixels."""
    scale = IMAGE_SIZE / max(tones.shape)
    height, width = (max(1, round(edge * scale)) for edge in tones.shape)
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.resize(tones, (width, height), interpolation=interpolation)


def _center(tones: np.ndarray) -> np.ndarray:
    """Center on black, uint8 [28, 28]."""
    centered = np.zeros((IMAGE_SIZE, IMAGE_SIZE), dtype=np.uint8)
    centered[_centered_window(tones.shape)] = np.rint(255 * tones)
    return centered


def _centered_window(shape: tuple[int, ...]) -> Window:
    top, left = ((IMAGE_SIZE - edge) // 2 for edge in shape)
    return slice(top, top + shape[0]), slice(left, left + shape[1])


def _on_white_background(tones: np.ndarray) -> np.ndarray:
    return np.rint(BACKGROUND_GRAY * (1 - tones)).astype(np.uint8)
