"""A 28×28 image, the steps that led to it, and where it lies in the original image."""

from dataclasses import dataclass

import cv2
import numpy as np

from fmnist_core.fashion_mnist import IMAGE_SIZE

Window = tuple[slice, slice]
"""Rows and columns of an image, in pixels."""
Box = tuple[float, float, float, float]
"""Left, top, right and bottom, as fractions of an image's width and height."""
FULL_IMAGE: Box = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, kw_only=True)
class PreprocessingStep:
    """The image after one preprocessing step."""

    title: str
    image: np.ndarray
    """uint8 [H, W] or [H, W, 3]."""
    caption: str


@dataclass(frozen=True, kw_only=True)
class OriginalImage:
    """The image before preprocessing, and the part of it that became the model's input."""

    image: np.ndarray
    """uint8 [H, W] or [H, W, 3]: upright and uncropped."""
    input_box: Box
    """The box of the model's 28×28 pixels in `image`; it may extend beyond the edges."""
    tilt: float = 0
    """By how many degrees the model's input is turned counterclockwise about the box's center."""
    mask: np.ndarray | None = None
    """The garment, bool [h, w], over the whole of `image` at a lower resolution."""

    def project(self, values: np.ndarray, *, nearest: bool = False) -> np.ndarray:
        """Resample a map of the model's input, float [h, w], onto the original image.

        Returns float32 [H, W], NaN outside the input box. Each cell of the map covers an equal
        part of the box; interpolation is bilinear, or nearest-neighbor if `nearest`.
        """
        height, width = self.image.shape[:2]
        left, top, right, bottom = self.input_box
        if self.tilt:
            return self._project_turned(values.astype(np.float32), nearest=nearest)
        rows = _resample(values.astype(np.float32), height, (top, bottom), nearest=nearest)
        columns = _resample(rows.T, width, (left, right), nearest=nearest)
        return np.ascontiguousarray(columns.T)

    def _project_turned(self, values: np.ndarray, *, nearest: bool) -> np.ndarray:
        height, width = self.image.shape[:2]
        left, top, right, bottom = np.multiply(self.input_box, (width, height) * 2)
        center = (left + right) / 2 - 0.5, (top + bottom) / 2 - 0.5
        to_upright = np.vstack([cv2.getRotationMatrix2D(center, self.tilt, 1), (0, 0, 1)])
        across, down = values.shape[1] / (right - left), values.shape[0] / (bottom - top)
        to_cells = np.array(
            [[across, 0, (0.5 - left) * across - 0.5], [0, down, (0.5 - top) * down - 0.5]]
        )
        matrix = to_cells @ to_upright  # from pixels of the image to cells of the map
        interpolation = cv2.INTER_NEAREST if nearest else cv2.INTER_LINEAR
        projected = cv2.warpAffine(
            values, matrix, (width, height), flags=interpolation | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )  # fmt: skip
        y, x = np.mgrid[:height, :width]
        cells = matrix @ np.stack([x, y, np.ones_like(x)]).reshape(3, -1)
        limits = np.array([[values.shape[1]], [values.shape[0]]]) - 0.5
        is_outside = ((cells < -0.5) | (cells >= limits)).any(axis=0)
        projected[is_outside.reshape(height, width)] = np.nan
        return projected


@dataclass(frozen=True, kw_only=True)
class Preprocessed:
    """The model's input image, and how it was made."""

    image: np.ndarray
    """uint8 [28, 28]."""
    steps: tuple[PreprocessingStep, ...]
    inverted: bool
    """Whether dark pixels became bright."""
    warning: str | None = None
    found_garment: bool = True
    """Whether a garment stands out; otherwise `image` shows the whole picture."""
    hint: str | None = None
    """What to know about this picture, such as that it shows a pair of shoes."""
    pair: tuple[Box, ...] = ()
    """Boxes of two shoes that stand apart, so that one of them can be chosen."""
    original: OriginalImage | None = None
    """`None` if the image itself is the original."""


def box_window(box: Box, shape: tuple[int, ...]) -> Window:
    """Rows and columns of a box in an image of this shape."""
    height, width = shape[:2]
    left, top, right, bottom = box
    rows = slice(round(top * height), round(bottom * height))
    return rows, slice(round(left * width), round(right * width))


def window_to_box(window: Window, shape: tuple[int, ...]) -> Box:
    """Convert a window of an image of this shape to fractions."""
    height, width = shape[:2]
    top, bottom, _ = window[0].indices(height)
    left, right, _ = window[1].indices(width)
    return left / width, top / height, right / width, bottom / height


def input_box_around(window: Window) -> Box:
    """Return the box of the 28×28 pixels relative to the content, which fills `window` of them."""
    rows, columns = window
    height, width = rows.stop - rows.start, columns.stop - columns.start
    left, top = -columns.start / width, -rows.start / height
    return left, top, left + IMAGE_SIZE / width, top + IMAGE_SIZE / height


def compose_boxes(outer: Box, *inner: Box) -> Box:
    """Express the last box in the coordinates of the first; each is relative to the previous."""
    left, top, right, bottom = outer
    for box in inner:
        width, height = right - left, bottom - top
        right, bottom = left + box[2] * width, top + box[3] * height
        left, top = left + box[0] * width, top + box[1] * height
    return left, top, right, bottom


def _resample(
    values: np.ndarray, length: int, ends: tuple[float, float], *, nearest: bool
) -> np.ndarray:
    """Resample the first axis to `length` pixels.

    It covers the interval `ends`, as fractions of `length`; pixels outside become NaN.
    """
    start, end = ends
    centers = (np.arange(length) + 0.5) / length
    last = len(values) - 1
    positions = np.clip((centers - start) / (end - start) * len(values) - 0.5, 0, last)
    if nearest:
        positions = np.floor(positions + 0.5)
    lower = np.floor(positions).astype(int)
    weight = (positions - lower).astype(np.float32)[:, None]
    resampled = values[lower] * (1 - weight) + values[np.minimum(lower + 1, last)] * weight
    resampled[(centers < start) | (centers >= end)] = np.nan
    return resampled
