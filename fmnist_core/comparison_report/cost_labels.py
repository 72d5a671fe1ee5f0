"""Place the names of points in a scatter chart so that they overlap neither each other nor points.

Vega-Lite cannot: its labels are drawn wherever their points are.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from fmnist_core.charts.vega_lite import Rows
from fmnist_core.comparison_report.charts import LABEL_PLACES, LABEL_SIZE

WIDTH, HEIGHT = 620.0, 370.0
"""Pixels of the chart's inside at its usual narrowest; a wider one has more room."""
CHARACTER_WIDTH = 0.56 * LABEL_SIZE
POINT_RADIUS = 7.0


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def place_labels(rows: Sequence[Mapping[str, Any]], front: Sequence[int]) -> Rows:
    """Make the rows of the labels: of the compared runs, then of those on the front, if they fit.

    `rows` are those of the points; `front` are the indices of those on the front, cheapest first,
    which a line of steps connects. A compared run is always labeled.
    """
    points = _points(rows)
    dots = [_dot(x, y) for x, y in points]
    compared = [index for index, row in enumerate(rows) if row["compared"]]
    placed: list[Box] = []
    steps = _steps([points[index] for index in front])
    labels = []
    for index in dict.fromkeys([*compared, *front]):
        others = [dot for number, dot in enumerate(dots) if number != index]
        boxes = {
            place: _label(rows[index]["label"], points[index], place) for place in LABEL_PLACES
        }
        free = [place for place, box in boxes.items() if _is_free(box, [*placed, *others, *steps])]
        if not free and index not in compared:
            continue
        place = free[0] if free else _least_crowded(boxes, placed)
        placed.append(boxes[place])
        labels.append(
            {key: rows[index][key] for key in ("label", "cost", "height")} | {"place": place}
        )
    return labels


def _least_crowded(boxes: Mapping[str, Box], placed: Sequence[Box]) -> str:
    return min(boxes, key=lambda place: sum(boxes[place].overlaps(box) for box in placed))


def _points(rows: Sequence[Mapping[str, Any]]) -> list[tuple[float, float]]:
    """Where the points are: the x-axis is logarithmic."""
    xs = _spread([math.log(max(row["cost"], 1e-9)) for row in rows], WIDTH - 90)
    ys = _spread([row["height"] for row in rows], HEIGHT - 48)
    return [(45 + x, HEIGHT - 24 - y) for x, y in zip(xs, ys, strict=True)]


def _spread(values: Sequence[float], length: float) -> list[float]:
    low, high = min(values), max(values)
    return [length * (value - low) / (high - low) if high > low else length / 2 for value in values]


def _dot(x: float, y: float) -> Box:
    return Box(x - POINT_RADIUS, y - POINT_RADIUS, x + POINT_RADIUS, y + POINT_RADIUS)


def _steps(points: Sequence[tuple[float, float]]) -> list[Box]:
    """The line of steps through the points: to the right, then up."""
    boxes = []
    for (x, y), (next_x, next_y) in pairwise(points):
        boxes.append(Box(x, y - 1, next_x, y + 1))
        boxes.append(Box(next_x - 1, next_y, next_x + 1, y))
    return boxes


def _label(text: str, point: tuple[float, float], place: str) -> Box:
    dx, dy, align = LABEL_PLACES[place]
    width = CHARACTER_WIDTH * len(text)
    start = {"left": 0.0, "center": width / 2, "right": width}[align]
    left, middle = point[0] + dx - start, point[1] + dy
    return Box(left, middle - LABEL_SIZE / 2, left + width, middle + LABEL_SIZE / 2)


def _is_free(box: Box, taken: Sequence[Box]) -> bool:
    is_inside = box.left >= 0 and box.right <= WIDTH
    return is_inside and not any(box.overlaps(other) for other in taken)
