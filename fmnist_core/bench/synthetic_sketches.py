"""Make sketches from test images, like those drawn by hand on a canvas."""

import cv2
import numpy as np

from fmnist_core.preprocessing.sketch import Sketch

CANVAS_EDGE = 280
"""Edge of the canvas in pixels."""
MARGIN = 30
"""Empty pixels around the garment."""
GARMENT_THRESHOLD = 30
"""Gray level above which a pixel of a test image belongs to the garment."""
SMOOTHING_SIGMA = 4.0
"""Smoothing of traced lines, in canvas pixels."""
WOBBLE_SIGMA = 3.0
"""Standard deviation of a hand's slow drift off the line, in canvas pixels."""
BRUSH_WIDTH = 6
MIN_AREA = 0.02
"""As a fraction of the canvas; smaller parts are not traced."""


def _trace_contours(image: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """Trace outer contours, int32 [N, 1, 2] in canvas coordinates."""
    size = CANVAS_EDGE - 2 * MARGIN
    large = cv2.resize(image.astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC)
    padded = np.pad(cv2.GaussianBlur(large, (0, 0), SMOOTHING_SIGMA), MARGIN)
    mask = (padded > GARMENT_THRESHOLD).astype(np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    large_contours = [
        line for line in contours if cv2.contourArea(line) > MIN_AREA * CANVAS_EDGE**2
    ]
    return [_wobble(line, rng) for line in large_contours or contours]


def _wobble(line: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Add slow noise to a line, which stays closed."""
    num_knots = max(4, len(line) // 40)
    knots = rng.normal(0, WOBBLE_SIGMA, (num_knots, 2))
    positions = np.arange(len(line)) * num_knots / len(line)
    closed = np.concatenate([knots, knots[:1]])
    drift = np.stack(
        [np.interp(positions, np.arange(num_knots + 1), closed[:, axis]) for axis in (0, 1)], 1
    )
    return np.rint(line + drift[:, None]).astype(np.int32)


def draw_silhouette(image: np.ndarray, rng: np.random.Generator) -> Sketch:
    """Draw a test image uint8 [28, 28] as a black silhouette."""
    canvas = np.zeros((CANVAS_EDGE, CANVAS_EDGE), dtype=np.uint8)
    cv2.drawContours(canvas, _trace_contours(image, rng), -1, 255, cv2.FILLED, cv2.LINE_AA)
    return Sketch(tones=canvas.astype(np.float32) / 255)


def draw_outline(image: np.ndarray, rng: np.random.Generator) -> Sketch:
    """Draw a test image uint8 [28, 28] as a closed outline."""
    canvas = np.zeros((CANVAS_EDGE, CANVAS_EDGE), dtype=np.uint8)
    cv2.drawContours(canvas, _trace_contours(image, rng), -1, 255, BRUSH_WIDTH, cv2.LINE_AA)
    return Sketch(tones=canvas.astype(np.float32) / 255)
