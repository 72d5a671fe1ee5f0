"""Notice two shoes that stand side by side, apart from each other."""

import numpy as np

from fmnist_core.preprocessing.preprocessed import Box, window_to_box
from fmnist_core.preprocessing.segmentation import components

MIN_AREA_RATIO = 0.6
"""Of the smaller to the larger of two shoes; a sleeve beside a shirt is smaller."""
MIN_HEIGHT_RATIO = 0.75
MARGIN = 0.05
"""Around each shoe's box, as a fraction of its width and height."""


def find_pair(mask: np.ndarray) -> tuple[Box, ...]:
    """Boxes of the left and right one of two similar parts of a mask, bool [h, w], or nothing."""
    numbers, areas = components(mask)
    parts = [number for number in np.argsort(-areas)[:3] if areas[number]]
    if len(parts) != 2 or areas[parts].min() < MIN_AREA_RATIO * areas[parts].max():
        return ()
    boxes = sorted(_box(numbers == number) for number in parts)
    heights = [bottom - top for _, top, _, bottom in boxes]
    are_beside = boxes[0][2] <= boxes[1][0]
    if not are_beside or min(heights) < MIN_HEIGHT_RATIO * max(heights):
        return ()
    between = (boxes[0][2] + boxes[1][0]) / 2
    left, right = (_with_margin(box) for box in boxes)
    return (*left[:2], min(left[2], between), left[3]), (max(right[0], between), *right[1:])


def _box(mask: np.ndarray) -> Box:
    rows, columns = np.nonzero(mask)
    window = slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)
    return window_to_box(window, mask.shape)


def _with_margin(box: Box) -> Box:
    left, top, right, bottom = box
    across, down = MARGIN * (right - left), MARGIN * (bottom - top)
    return max(left - across, 0), max(top - down, 0), min(right + across, 1), min(bottom + down, 1)
