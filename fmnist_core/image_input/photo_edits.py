"""What a person has marked on a photo, kept for each photo of the session."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from fmnist_core.preprocessing.photo_adjustments import PhotoAdjustments, Stroke
from fmnist_core.preprocessing.preprocessed import Box

EDITS_KEY = "photo edits"
"""Session-state key of the edits of each photo, by its key."""
MAX_PHOTOS = 50
"""Edits of this many photos are kept."""
MIN_BOX = 0.02
"""Minimum width and height of a box as fractions of the photo's; a smaller one is a click."""
GARMENT_COLOR, BACKGROUND_COLOR = "#5b8cff", "#ff9a3d"
"""Of strokes; told apart also by color-blind people."""
ORIGIN_OFFSET: Mapping[Any, float] = {"center": 0.5, "right": 1.0, "bottom": 1.0}
"""Where the canvas's objects have their position, as a fraction of their size."""

Mark = Box | Stroke


@dataclass(frozen=True, kw_only=True)
class PhotoEdits:
    """What a person has set by hand for one photo."""

    inverted: bool | None = None
    marks: tuple[Mark, ...] = ()
    """Boxes and strokes in the order in which they were drawn; only the last box counts."""
    reported: tuple[Any, ...] = ()
    """The objects on the canvas as it has reported them last; all of them are among the marks."""
    canvas_version: int = 0
    """Goes up whenever the canvas is to be emptied, since the marks are drawn under it."""

    @property
    def box(self) -> Box | None:
        boxes = [mark for mark in self.marks if not isinstance(mark, Stroke)]
        return boxes[-1] if boxes else None

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        return tuple(mark for mark in self.marks if isinstance(mark, Stroke))

    def to_adjustments(self) -> PhotoAdjustments:
        """The same for the preprocessing."""
        return PhotoAdjustments(inverted=self.inverted, box=self.box, strokes=self.strokes)


NO_EDITS = PhotoEdits()


def read_edits(key: str) -> PhotoEdits:
    """The edits of the photo with this key."""
    edits: PhotoEdits = st.session_state.get(EDITS_KEY, {}).get(key, NO_EDITS)
    return edits


def add_mark(key: str, mark: Mark) -> None:
    """Add a box or a stroke."""
    _store(key, replace(read_edits(key), marks=(*read_edits(key).marks, mark)))


def undo(key: str) -> None:
    """Remove the last mark."""
    _store(key, replace(read_edits(key), marks=read_edits(key).marks[:-1]))


def reset(key: str) -> None:
    """Remove all marks."""
    _store(key, replace(read_edits(key), marks=()))


def set_inverted(key: str, inverted: bool | None) -> None:
    """Set whether dark becomes bright; `None` decides automatically."""
    _store(key, replace(read_edits(key), inverted=inverted))


def take_drawing(key: str, objects: Sequence[Any], *, width: int, height: int) -> None:
    """Take over what has been drawn on a canvas of this size since its last report.

    `objects` is everything on the canvas in its own format. It is emptied afterwards, and may
    report some objects again before it is.
    """
    edits = read_edits(key)
    new = [parse_object(entry, width, height) for entry in objects if entry not in edits.reported]
    marks = tuple(mark for mark in new if mark is not None)
    _store(
        key,
        replace(
            edits,
            marks=edits.marks + marks,
            reported=tuple(objects),
            canvas_version=edits.canvas_version + bool(new),
        ),
    )


def parse_object(entry: Any, width: int, height: int) -> Mark | None:
    """The mark that an object on the canvas stands for, `None` if it is none or damaged.

    Its coordinates are in pixels of a canvas of this size.
    """
    try:
        if str(entry["type"]).lower() == "rect":
            return _parse_box(entry, width, height)
        points = [(float(step[-2]), float(step[-1])) for step in entry["path"] if len(step) > 2]
    except (KeyError, TypeError, ValueError):
        return None
    if not points:
        return None
    return Stroke(
        points=tuple((_clip(x / width), _clip(y / height)) for x, y in points),
        is_garment=entry.get("stroke") == GARMENT_COLOR,
    )


def _parse_box(entry: Mapping[str, Any], width: int, height: int) -> Box | None:
    box_width = float(entry["width"]) * float(entry.get("scaleX", 1))
    box_height = float(entry["height"]) * float(entry.get("scaleY", 1))
    left = float(entry["left"]) - ORIGIN_OFFSET.get(entry.get("originX"), 0) * box_width
    top = float(entry["top"]) - ORIGIN_OFFSET.get(entry.get("originY"), 0) * box_height
    box = (
        _clip(left / width),
        _clip(top / height),
        _clip((left + box_width) / width),
        _clip((top + box_height) / height),
    )
    is_click = box[2] - box[0] < MIN_BOX or box[3] - box[1] < MIN_BOX
    return None if is_click else box


def _clip(fraction: float) -> float:
    return min(max(fraction, 0.0), 1.0)


def _store(key: str, edits: PhotoEdits) -> None:
    photos: dict[str, PhotoEdits] = st.session_state.setdefault(EDITS_KEY, {})
    photos.pop(key, None)
    photos[key] = edits
    while len(photos) > MAX_PHOTOS:
        del photos[next(iter(photos))]
