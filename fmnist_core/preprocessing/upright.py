"""Set a garment upright that was hung or laid askew: most are symmetric, and tilted ones are not.

The angle at which a mask agrees best with its mirror image is taken where it agrees much better
than as it lies, as in 4% of real photographs.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from fmnist_core.preprocessing.preprocessed import Box

MAX_TILT = 20
"""In degrees; a garment that lies more askew may be meant to."""
TILT_STEP = 4
MIN_IMPROVEMENT = 0.1
"""By which turning must raise the agreement with the mirror image."""
MIN_AGREEMENT = 0.85
"""Below, there is no symmetry to go by: a shoe from the side, a garment folded or half found."""
NUM_PIXELS = 64
"""Of the mask's longest diagonal for the comparison."""


def find_tilt(mask: np.ndarray) -> int:
    """Return by how many degrees to turn a mask counterclockwise to set it upright; mostly 0."""
    angles = range(-MAX_TILT, MAX_TILT + 1, TILT_STEP)
    agreements = dict(zip(angles, mirror_agreements(mask, angles), strict=True))
    best = max(agreements, key=agreements.__getitem__)
    is_plain = agreements[best] >= max(MIN_AGREEMENT, agreements[0] + MIN_IMPROVEMENT)
    return best if is_plain else 0


def mirror_agreements(mask: np.ndarray, angles: Sequence[int] = (0,)) -> list[float]:
    """How well a mask agrees with its mirror image once turned by each angle, 0 to 1.

    Intersection over union, the axis moved to fit; 0 for a mask without extent.
    """
    rows, columns = np.nonzero(mask)
    if not rows.size:
        return [0.0] * len(angles)
    center = columns.mean(), rows.mean()
    radius = float(np.hypot(columns - center[0], rows - center[1]).max())
    if radius == 0:
        return [0.0] * len(angles)
    values = mask.astype(np.float32)
    return [_agreement(values, center, radius, angle) for angle in angles]


def turn(image: np.ndarray, degrees: float) -> np.ndarray:
    """Turn an image float32 [h, w] counterclockwise, on a canvas that holds all of it."""
    if degrees == 0:
        return image
    matrix, size = _rotation(image.shape, degrees)
    return cv2.warpAffine(image, matrix, size)


def turn_box_back(box: Box, degrees: float, shape: tuple[int, ...]) -> Box:
    """Move a box of the turned image to its center's place in the image, of this shape.

    Turned clockwise by `degrees` about its center, it covers what it covered.
    """
    if degrees == 0:
        return box
    matrix, size = _rotation(shape, degrees)
    left, top, right, bottom = np.multiply(box, size * 2)
    center = np.array([left + right, top + bottom]) / 2 - 0.5
    x, y = cv2.invertAffineTransform(matrix) @ (*center, 1) + 0.5
    across, down = (right - left) / 2, (bottom - top) / 2
    height, width = shape[:2]
    return (x - across) / width, (y - down) / height, (x + across) / width, (y + down) / height


def _rotation(shape: tuple[int, ...], degrees: float) -> tuple[np.ndarray, tuple[int, int]]:
    """Matrix [2, 3] of a counterclockwise rotation, and the width and height of its canvas."""
    height, width = shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2 - 0.5, height / 2 - 0.5), degrees, 1)
    cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = round(width * cosine + height * sine), round(width * sine + height * cosine)
    matrix[:, 2] += np.array([(size[0] - width) / 2, (size[1] - height) / 2])
    return matrix, size


def _agreement(
    mask: np.ndarray, center: tuple[float, float], radius: float, degrees: float
) -> float:
    """Intersection over union of the turned mask and its mirror image, the axis moved to fit."""
    matrix = cv2.getRotationMatrix2D(center, degrees, NUM_PIXELS / 2 / radius)
    matrix[:, 2] += np.array([NUM_PIXELS / 2 - center[0], NUM_PIXELS / 2 - center[1]])
    turned = cv2.warpAffine(mask, matrix, (NUM_PIXELS + 1, NUM_PIXELS + 1))
    mirrored = turned[:, ::-1]
    shifts = range(-NUM_PIXELS // 8, NUM_PIXELS // 8 + 1, 2)
    return max(_overlap(turned, np.roll(mirrored, shift, axis=1)) for shift in shifts)


def _overlap(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.minimum(first, second).sum() / np.maximum(first, second).sum())
