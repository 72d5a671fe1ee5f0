"""What the map shows: positions, colors and texts of its points, computed from arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from fmnist_core.data_page.scatter_map import Group
from fmnist_core.embedding.projection import to_unit_square
from fmnist_core.fashion_mnist import CLASSES, NUM_CLASSES

Color = Literal["class", "prediction", "correct"]
CLASS_COLORS = (
    "#2f88cc", "#ff7f0e", "#2ca02c", "#e0393a", "#a076d6",
    "#a86f5f", "#e377c2", "#7f7f7f", "#a6a71c", "#17becf",
)  # fmt: skip
"""d3's ten categories, those too pale or too dark for one of the two pages changed a little."""
CORRECT_GROUPS = (Group(name="Right", color="#8d99ae"), Group(name="Wrong", color="#e0480f"))
CLASS_GROUPS = tuple(
    Group(name=name, color=color) for name, color in zip(CLASSES, CLASS_COLORS, strict=True)
)
COLOR_TITLES: Mapping[Color, str] = {
    "class": "True class", "prediction": "Prediction", "correct": "Right or wrong",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class PlacedPoints:
    """Points on the map, and how further ones are put there."""

    positions: np.ndarray
    """[N, 2], from -1 to 1."""
    center: np.ndarray
    scale: float

    def place(self, positions: np.ndarray) -> np.ndarray:
        """Positions [..., 2] as the layout computes them, on the map; outside, at its edge."""
        placed: np.ndarray = np.clip((positions - self.center) * self.scale, -1, 1)
        return placed


def place_points(positions: np.ndarray) -> PlacedPoints:
    """Put the positions [N, 2] of a layout on the map."""
    center, scale = to_unit_square(positions)
    return PlacedPoints(positions=(positions - center) * scale, center=center, scale=scale)


def color_points(
    color: Color, labels: np.ndarray, predictions: np.ndarray | None
) -> tuple[Sequence[Group], np.ndarray]:
    """The legend and each point's entry in it, [N]; without predictions, by the true class."""
    if color == "class" or predictions is None:
        return CLASS_GROUPS, labels
    if color == "prediction":
        return CLASS_GROUPS, predictions
    return CORRECT_GROUPS, (predictions != labels).astype(np.int64)


@dataclass(frozen=True, kw_only=True)
class LassoSummary:
    """What lies inside a lasso."""

    counts: tuple[tuple[int, int], ...]
    """The classes inside and how often, the most frequent first."""
    accuracy: float | None
    """Of the predictions inside; `None` without predictions."""
    worst_pair: tuple[int, int] | None
    """The most frequent mistake inside: the true class and the predicted one."""


def summarize_lasso(labels: np.ndarray, predictions: np.ndarray | None) -> LassoSummary:
    """Summarize the images inside a lasso, from their labels and predictions [N], N at least 1."""
    counts = np.bincount(labels, minlength=NUM_CLASSES)
    order = [int(label) for label in np.argsort(-counts, kind="stable") if counts[label]]
    ranked = tuple((label, int(counts[label])) for label in order)
    if predictions is None:
        return LassoSummary(counts=ranked, accuracy=None, worst_pair=None)
    wrong = predictions != labels
    pair = None
    if wrong.any():
        cells = np.bincount(labels[wrong] * NUM_CLASSES + predictions[wrong])
        label, predicted = divmod(int(cells.argmax()), NUM_CLASSES)
        pair = label, predicted
    return LassoSummary(counts=ranked, accuracy=float(np.mean(~wrong)), worst_pair=pair)
