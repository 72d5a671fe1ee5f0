"""What a person may set by hand to mend the preprocessing of a photo."""

from dataclasses import dataclass

from fmnist_core.preprocessing.preprocessed import Box

Point = tuple[float, float]
"""Across and down, as fractions of a photo's width and height."""


@dataclass(frozen=True, kw_only=True)
class Stroke:
    """A line drawn over a photo: what it touches is garment, or is not."""

    points: tuple[Point, ...]
    """At least one; a single point is a dot."""
    is_garment: bool


@dataclass(frozen=True, kw_only=True)
class PhotoAdjustments:
    """Manual settings that replace automatic choices; `None` or empty keeps the automatic one."""

    inverted: bool | None = None
    """Whether to invert the image: for garments darker than their background."""
    box: Box | None = None
    """The garment lies inside; all outside is background."""
    strokes: tuple[Stroke, ...] = ()


NO_ADJUSTMENTS = PhotoAdjustments()
