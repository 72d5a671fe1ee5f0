"""Drawings made of test images, as a hand makes them on a canvas: silhouettes and outlines."""

import cv2
import numpy as np

from fmnist_core.preprocessing.sketch import Sketch

CANVAS = 280
"""Edge of the canvas in pixels."""
ROOM = 30
"""Pixels left free around the garment."""
CLOTH_FROM = 30
"""Grey above which a test image's pixel belongs to its garment, of 255."""
SMOOTH = 4.0
"""Pixels of the canvas by which a hand rounds off a traced line."""
WOBBLE = 3.0
"""Deviation of a hand's slow wandering off the line, in pixels."""
BRUSH = 6
LEAST_AREA = 0.02
"""Of the canvas: smaller parts are not traced."""


def _contours(image: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """Outer outlines int32 [N, 1, 2] on the canvas."""
    size = CANVAS - 2 * ROOM
    large = cv2.resize(image.astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC)
    placed = np.pad(cv2.GaussianBlur(large, (0, 0), SMOOTH), ROOM)
    shape = (placed > CLOTH_FROM).astype(np.uint8)
    found, _ = cv2.findContours(shape, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    kept = [line for line in found if cv2.contourArea(line) > LEAST_AREA * CANVAS**2]
    return [_wobbled(line, rng) for line in kept or found]


def _wobbled(line: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """With slow noise around it; the line stays closed."""
    few = max(4, len(line) // 40)
    knots = rng.normal(0, WOBBLE, (few, 2))
    places = np.arange(len(line)) * few / len(line)
    whole = np.concatenate([knots, knots[:1]])
    drift = np.stack([np.interp(places, np.arange(few + 1), whole[:, axis]) for axis in (0, 1)], 1)
    return np.rint(line + drift[:, None]).astype(np.int32)


def silhouette(image: np.ndarray, rng: np.random.Generator) -> Sketch:
    """A test image uint8 [28, 28] as one black area."""
    canvas = np.zeros((CANVAS, CANVAS), dtype=np.uint8)
    cv2.drawContours(canvas, _contours(image, rng), -1, 255, cv2.FILLED, cv2.LINE_AA)
    return Sketch(tones=canvas.astype(np.float32) / 255)


def outline(image: np.ndarray, rng: np.random.Generator) -> Sketch:
    """A test image uint8 [28, 28] as closed lines of a brush."""
    canvas = np.zeros((CANVAS, CANVAS), dtype=np.uint8)
    cv2.drawContours(canvas, _contours(image, rng), -1, 255, BRUSH, cv2.LINE_AA)
    return Sketch(tones=canvas.astype(np.float32) / 255)
