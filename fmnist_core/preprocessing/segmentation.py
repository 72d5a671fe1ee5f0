"""Segment the garment: by color on a plain background, with GrabCut on any other.

GrabCut: Rother, Kolmogorov, Blake 2004; OpenCV's implementation. It learns the colors of garment
and background from a first guess and cuts along the edges between them. The guess: the border is
background; what a network trained on photos finds unlike the border is garment. Without such a
network, it is what lies in the middle or differs much from the border's colors.
"""

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from fmnist_core.preprocessing.background import Background, border_mask
from fmnist_core.preprocessing.photo_adjustments import Stroke

FindSalient = Callable[[np.ndarray], np.ndarray | None]
"""From a photo, RGB uint8 [h, w, 3], to what is unlike its border, bool [h, w], if it can tell."""
MAX_EDGE = 200
"""Longest edge for GrabCut, whose time grows with the number of pixels."""
MIDDLE_FRACTION = 0.38
"""Half axes of the ellipse in the middle, as fractions of the edges."""
NUM_ITERATIONS = 5
LOST_FRACTION = 0.005
"""Of the photo; where GrabCut leaves less of the garment, it has lost it."""
STROKE_FRACTION = 0.03
"""Width of a stroke, as a fraction of the longest edge."""
SAME_COLOR = 12.0
"""Distance in CIELAB up to which a pixel has the color of a stroke, folds and shading included."""
MIN_AREA_FRACTION = 0.04
"""Components above this fraction of the largest belong to the garment: sleeves, two shoes."""
MAX_SPECK_FRACTION = 0.005
"""Holes up to this fraction of the garment are folds or highlights, whatever their color."""


def segment_garment(
    photo: np.ndarray,
    background: Background,
    *,
    strokes: Sequence[Stroke] = (),
    find_salient: FindSalient | None = None,
) -> np.ndarray:
    """Return the mask of the garment, bool [H, W]; empty if none stands out.

    `photo` is RGB uint8 [H, W, 3]; the points of `strokes` are fractions of it.
    """
    height, width = photo.shape[:2]
    if background.is_plain and not strokes:
        mask = background.differs
    else:
        scale = min(1.0, MAX_EDGE / max(height, width))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        small = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
        salient = find_salient(photo) if find_salient and not background.is_plain else None
        labels = _first_guess(background, size, salient)
        _draw_strokes(labels, small, strokes)
        guess = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD))
        cut = _cut(small, labels)
        if salient is not None and cut.mean() < LOST_FRACTION:
            cut = guess  # garment and background have the same colors, but not the same features
        mask = cv2.resize(cut.astype(np.float32), (width, height)) > 0.5
    # With strokes, holes are as they were drawn: one may be meant.
    is_print = np.zeros_like(mask) if strokes else background.differs
    return _fill_holes(_select_components(mask), is_print)


def components(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number the connected components of a mask from 1: int [H, W], and areas by number.

    Number 0 is the rest; its area is given as 0.
    """
    _, numbers = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    areas = np.bincount(numbers.ravel())
    areas[0] = 0
    return numbers, areas


def _first_guess(
    background: Background, size: tuple[int, int], salient: np.ndarray | None
) -> np.ndarray:
    """GrabCut's labels, uint8 [h, w]."""
    width, height = size
    labels = np.full((height, width), cv2.GC_PR_BGD, dtype=np.uint8)
    if salient is None and not background.is_plain:
        center = width // 2, height // 2
        axes = int(MIDDLE_FRACTION * width), int(MIDDLE_FRACTION * height)
        cv2.ellipse(labels, center, axes, 0, 0, 360, cv2.GC_PR_FGD, cv2.FILLED)
    guess = (background.differs if salient is None else salient).astype(np.float32)
    labels[cv2.resize(guess, size, interpolation=cv2.INTER_AREA) > 0.5] = cv2.GC_PR_FGD
    labels[border_mask(height, width)] = cv2.GC_BGD
    return labels


def _draw_strokes(labels: np.ndarray, image: np.ndarray, strokes: Sequence[Stroke]) -> None:
    """Draw strokes into GrabCut's labels; later ones cover earlier ones.

    What has a stroke's color is probably the same: without that, GrabCut would call a whole sleeve
    garment again of which a stroke took a part.
    """
    height, width = labels.shape
    lab = cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    thickness = max(1, round(STROKE_FRACTION * max(height, width)))
    lines = []
    for stroke in strokes:
        line = np.zeros((height, width), dtype=np.uint8)
        points = np.rint(np.array(stroke.points) * (width, height) - 0.5).astype(np.int32)
        cv2.polylines(line, [points.reshape(-1, 1, 2)], False, 1, thickness)
        if line.any():
            lines.append((line > 0, stroke.is_garment))
    for marked, is_garment in lines:
        distance = np.linalg.norm(lab - np.median(lab[marked], axis=0), axis=-1)
        is_alike = (distance < SAME_COLOR) & (labels != cv2.GC_BGD)
        labels[is_alike] = cv2.GC_PR_FGD if is_garment else cv2.GC_PR_BGD
    for marked, is_garment in lines:
        labels[marked] = cv2.GC_FGD if is_garment else cv2.GC_BGD


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
    numbers, areas = components(mask)
    selected: np.ndarray = (areas > MIN_AREA_FRACTION * areas.max())[numbers]
    return selected


def _fill_holes(mask: np.ndarray, is_print: np.ndarray) -> np.ndarray:
    """Fill holes that do not show the background: a print, but not the inside of a handle."""
    numbers, areas = components(~np.pad(mask, 1))
    outside = numbers[0, 0]
    numbers = numbers[1:-1, 1:-1]
    num_pixels = np.bincount(numbers.ravel(), minlength=len(areas))
    num_printed = np.bincount(numbers[is_print], minlength=len(areas))
    is_filled = (2 * num_printed > num_pixels) | (num_pixels <= MAX_SPECK_FRACTION * mask.sum())
    is_filled[[0, outside]] = False
    filled: np.ndarray = mask | is_filled[numbers]
    return filled
