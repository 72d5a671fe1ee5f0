"""Blocks that a view of a comparison consists of; the page and the HTML report each draw them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np

from fmnist_core.charts.vega_lite import Rows
from fmnist_core.comparison_report.formats import Format


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """Text in Markdown, limited to bold words; names in it must be `formatting.escape_markdown`-ed.

    The hints of other blocks follow the same rule; their titles are plain text.
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
    """A Vega-Lite specification over named data sets."""

    title: str
    spec: Mapping[str, Any]
    rows: Mapping[str, Rows]
    description: str
    """What the chart shows, for readers who cannot see it."""
    hint: str = ""
    width: int = 640
    """Pixels, in an exported image or a report; on the page, the layout decides."""
    on_click: Callable[[Mapping[str, Any]], None] | None = None
    """Called by the page with the fields of the clicked mark."""


@dataclass(frozen=True, kw_only=True)
class CardPrediction:
    """One model's prediction on a card."""

    name: str
    color: str
    top: Sequence[tuple[str, float]]
    """Classes and their probabilities, most probable first."""
    correct: bool


@dataclass(frozen=True, kw_only=True)
class Card:
    """A test image with the models' predictions."""

    index: int
    """Index in the test set."""
    image: np.ndarray | None
    """uint8 [28, 28], or `None` if the data set is not on this machine."""
    label: str
    predictions: Sequence[CardPrediction]
    links: Mapping[str, str] = field(default_factory=dict)
    """Titles and URLs of pages that show the image with the same models."""
    photograph: bytes | None = None
    """The JPEG file that `image` was made from, for a real photograph."""


@dataclass(frozen=True, kw_only=True)
class Gallery:
    """Test images in a grid."""

    title: str
    cards: Sequence[Card]
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Blocks side by side, two per row if there is room."""

    blocks: Sequence["Block"]


@dataclass(frozen=True, kw_only=True)
class Details:
    """Blocks for those who want to know more, folded under a title."""

    title: str
    blocks: Sequence["Block"]


Block: TypeAlias = Paragraph | Table | Chart | Gallery | Columns | Details


def flatten(blocks: Sequence[Block]) -> list[Block]:
    """List the blocks with those inside `Columns` and `Details` in place of these."""
    flat: list[Block] = []
    for block in blocks:
        flat += flatten(block.blocks) if isinstance(block, Columns | Details) else [block]
    return flat
