"""What a model sees of a photograph or a drawing, each step on the way there, and the way back."""

from dataclasses import dataclass

import numpy as np

from fmnist_core.fashion_mnist import IMAGE_SIZE

Window = tuple[slice, slice]
"""Rows and columns of a picture, in pixels."""
Box = tuple[float, float, float, float]
"""Left, top, right and bottom, as shares of a picture's width and height."""
FULL_IMAGE: Box = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, kw_only=True)
class PreprocessingStep:
    """One step on the way, as it looks."""

    title: str
    picture: np.ndarray
    """uint8 [H, W] or [H, W, 3]."""
    hint: str


@dataclass(frozen=True, kw_only=True)
class Original:
    """What was handed in, and where in it the model's pixels lie."""

    picture: np.ndarray
    """uint8 [H, W] or [H, W, 3]: upright, and all of it, even where it was cropped by hand."""
    square: Box
    """Of the model's 28×28 pixels; their rim of paper may reach beyond the picture."""

    def laid_over(self, values: np.ndarray, *, nearest: bool = False) -> np.ndarray:
        """A map of the square, float [h, w], as float32 [H, W] over the picture, NaN around it.

        Each of its cells covers an equal part of the square; between their middles it is bilinear,
        or in blocks where `nearest`.
        """
        height, width = self.picture.shape[:2]
        left, top, right, bottom = self.square
        rows = _spread(values.astype(np.float32), height, (top, bottom), nearest=nearest)
        columns = _spread(rows.T, width, (left, right), nearest=nearest)
        return np.ascontiguousarray(columns.T)


@dataclass(frozen=True, kw_only=True)
class Preprocessed:
    """What a model sees, and how it came about."""

    image: np.ndarray
    """uint8 [28, 28]."""
    steps: tuple[PreprocessingStep, ...]
    inverted: bool
    """Whether dark became bright."""
    warning: str | None = None
    original: Original | None = None
    """`None` where the image is its own."""


def window_to_box(window: Window, shape: tuple[int, ...]) -> Box:
    """Where a window lies in a picture of that shape."""
    height, width = shape[:2]
    top, bottom, _ = window[0].indices(height)
    left, right, _ = window[1].indices(width)
    return left / width, top / height, right / width, bottom / height


def input_box_around(window: Window) -> Box:
    """Where the 28×28 pixels lie, as shares of what was put into this window of them."""
    rows, columns = window
    height, width = rows.stop - rows.start, columns.stop - columns.start
    left, top = -columns.start / width, -rows.start / height
    return left, top, left + IMAGE_SIZE / width, top + IMAGE_SIZE / height


def compose_boxes(outer: Box, *inner: Box) -> Box:
    """The last box as shares of what the first is given in; each is given in the one before."""
    left, top, right, bottom = outer
    for box in inner:
        width, height = right - left, bottom - top
        right, bottom = left + box[2] * width, top + box[3] * height
        left, top = left + box[0] * width, top + box[1] * height
    return left, top, right, bottom


def _spread(
    values: np.ndarray, length: int, ends: tuple[float, float], *, nearest: bool
) -> np.ndarray:
    """The first axis, which lies between these shares of `length` pixels, on those pixels."""
    start, end = ends
    middles = (np.arange(length) + 0.5) / length
    last = len(values) - 1
    places = np.clip((middles - start) / (end - start) * len(values) - 0.5, 0, last)
    if nearest:
        places = np.floor(places + 0.5)
    before = np.floor(places).astype(int)
    part = (places - before).astype(np.float32)[:, None]
    spread = values[before] * (1 - part) + values[np.minimum(before + 1, last)] * part
    spread[(middles < start) | (middles >= end)] = np.nan
    return spread
