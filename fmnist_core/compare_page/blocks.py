"""What a view consists of: data that the page and the report each draw in their own way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

Format = Literal[
    "text", "percent", "share", "points", "count", "large", "figure", "seconds", "time"
]
"""How a column's values read: `percent` with two decimals, `share` with one, `points` signed."""
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """A paragraph of Markdown that knows bold words alone; names in it are `wording.escaped`.

    So are hints of other blocks; their titles are plain text.
    """

    text: str
    kind: Literal["plain", "hint", "finding", "warning"] = "plain"


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows under named columns."""

    title: str
    columns: Mapping[str, Format]
    rows: Rows
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A Vega-Lite specification over named rows."""

    title: str
    spec: Mapping[str, Any]
    rows: Mapping[str, Rows]
    says: str
    """What it shows, for those who cannot see it."""
    hint: str = ""
    width: int = 640
    """In pixels, where nothing decides it: in a picture or a report."""
    on_click: Callable[[Mapping[str, Any]], None] | None = None
    """What the page calls with the fields of what is clicked."""


@dataclass(frozen=True, kw_only=True)
class CardPrediction:
    """What one model says of one image."""

    name: str
    colour: str
    top: Sequence[tuple[str, float]]
    """Classes with their probabilities, the likeliest first."""
    right: bool


@dataclass(frozen=True, kw_only=True)
class Card:
    """One test image with what models say of it."""

    index: int
    """Its place in the test set, from 0."""
    image: np.ndarray | None
    """uint8 [28, 28], or `None` where the data are not on this machine."""
    truth: str
    answers: Sequence[CardPrediction]
    links: Mapping[str, str]
    """Pages that show it with the same models: their titles and addresses."""


@dataclass(frozen=True, kw_only=True)
class Gallery:
    """Test images in a grid."""

    title: str
    cards: Sequence[Card]
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Blocks beside each other, two at a time, where there is room."""

    blocks: Sequence["Block"]


Block: TypeAlias = Paragraph | Table | Chart | Gallery | Columns


def flat(blocks: Sequence[Block]) -> list[Block]:
    """Without what only says where blocks stand."""
    found: list[Block] = []
    for block in blocks:
        found += flat(block.blocks) if isinstance(block, Columns) else [block]
    return found
