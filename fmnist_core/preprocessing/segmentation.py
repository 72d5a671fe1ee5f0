"""Segment the garment with GrabCut, begun from its likely place and color.

GrabCut: Rother, Kolmogorov, Blake 2004; OpenCV's implementation. It learns the colors of garment
and background from a first guess and cuts along the edges between them. The guess: the border is
background; garment is what differs from a smooth background fitted to the border, which is nearly
exact on paper, and what lies in the middle, which holds on any background.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from fmnist_core.preprocessing.background import Background, border_mask
from fmnist_core.preprocessing.photo_adjustments import Stroke
from fmnist_core.preprocessing.preprocessed import Box, box_window

MAX_EDGE = 200
"""Longest edge for GrabCut, whose time grows with the number of pixels."""
MIDDLE_FRACTION = 0.38
"""Half axes of the ellipse in the middle, as fractions of the edges."""
NUM_ITERATIONS = 5
STROKE_FRACTION = 0.03
"""Width of a stroke, as a fraction of the longest edge."""
MIN_AREA_FRACTION = 0.04
"""Components above this fraction of the largest belong to the garment."""


def segment_garment(
    photo: np.ndarray,
    background: Background,
    *,
    box: Box | None = None,
    strokes: Sequence[Stroke] = (),
) -> np.ndarray:
    """Return the mask of the garment, bool [H, W]; empty if none stands out.

    `photo` is RGB uint8 [H, W, 3]; `box` and `strokes` are in fractions of it.
    """
    height, width = photo.shape[:2]
    scale = min(1.0, MAX_EDGE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    labels = _first_guess(background, size, box)
    _draw_strokes(labels, strokes)
    cut = _cut(cv2.resize(photo, size, interpolation=cv2.INTER_AREA), labels)
    enlarged = cv2.resize(cut.astype(np.float32), (width, height)) > 0.5
    return _fill_holes(_select_components(enlarged))


def _first_guess(background: Background, size: tuple[int, int], box: Box | None) -> np.ndarray:
    """GrabCut's labels, uint8 [h, w]."""
    width, height = size
    differs = cv2.resize(background.differs.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    likely = differs > 0.5
    if box is not None:
        labels = np.full((height, width), cv2.GC_BGD, dtype=np.uint8)
        labels[box_window(box, (height, width))] = cv2.GC_PR_FGD
        return labels
    middle = np.zeros((height, width), dtype=np.uint8)
    axes = int(MIDDLE_FRACTION * width), int(MIDDLE_FRACTION * height)
    cv2.ellipse(middle, (width // 2, height // 2), axes, 0, 0, 360, 1, -1)
    labels = np.where(likely | (middle > 0), cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[border_mask(height, width)] = cv2.GC_BGD
    if background.is_plain:
        labels[likely] = cv2.GC_FGD  # even where a garment touches the border
    return labels


def _draw_strokes(labels: np.ndarray, strokes: Sequence[Stroke]) -> None:
    """Draw strokes into GrabCut's labels; later ones cover earlier ones."""
    height, width = labels.shape
    thickness = max(1, round(STROKE_FRACTION * max(height, width)))
    for stroke in strokes:
        points = np.array(stroke.points) * (width, height) - 0.5
        line = np.rint(points).astype(np.int32).reshape(-1, 1, 2)
        value = cv2.GC_FGD if stroke.is_garment else cv2.GC_BGD
        cv2.polylines(labels, [line], False, value, thickness)


def _cut(image: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Run GrabCut on an image RGB uint8 [h, w, 3]; returns bool [h, w]."""
    is_garment = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD))
    if is_garment.all() or not is_garment.any():
        return is_garment  # GrabCut needs pixels of both kinds
    cv2.setRNGSeed(0)
    bgr = np.ascontiguousarray(image[..., ::-1])
    colors_of_background, colors_of_garment = np.zeros((1, 65)), np.zeros((1, 65))
    unused_rectangle = (0, 0, 1, 1)  # GC_INIT_WITH_MASK ignores it
    cv2.grabCut(
        bgr, labels, unused_rectangle, colors_of_background, colors_of_garment, NUM_ITERATIONS,
        cv2.GC_INIT_WITH_MASK,
    )  # fmt: skip
    return np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD))


def _select_components(mask: np.ndarray) -> np.ndarray:
    """Keep the largest connected component and those that are not small beside it."""
    _, components = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    areas = np.bincount(components.ravel())
    areas[0] = 0
    selected: np.ndarray = (areas > MIN_AREA_FRACTION * areas.max())[components]
    return selected


def _fill_holes(mask: np.ndarray) -> np.ndarray:
    return mask
