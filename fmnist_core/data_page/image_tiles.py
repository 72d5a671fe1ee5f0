"""Small images side by side that can be clicked, as one component."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.html_snippets import data_url

SCRIPT, STYLE = Path(__file__).with_suffix(".js"), Path(__file__).with_suffix(".css")


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One image's text and mark."""

    id: int
    caption: str = ""
    title: str = ""
    """What a screen reader says, and what appears on hover."""
    is_wrong: bool = False
    """Marked in another color."""


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component(
        "image_tiles", html='<div class="tiles" role="group"></div>', css=STYLE.read_text(),
        js=SCRIPT.read_text(),
    )  # fmt: skip


def draw_tiles(
    images: np.ndarray,
    tiles: Sequence[Tile],
    *,
    key: str,
    label: str,
    on_pick: Callable[[int], None],
    selected: int | None = None,
    edge: int = 56,
) -> None:
    """Draw images uint8 [N, 28, 28]; `on_pick` is called with the id of the one that is clicked.

    `edge` is their least width in pixels.
    """
    if not len(images):
        return
    strip = np.ascontiguousarray(images.transpose(1, 0, 2).reshape(IMAGE_SIZE, -1))

    def pick() -> None:
        picked = st.session_state[key].picked
        if picked is not None and int(picked) in {tile.id for tile in tiles}:
            on_pick(int(picked))

    _component()(
        key=key,
        data={
            "sheet": data_url(strip),
            "tiles": [asdict(tile) for tile in tiles],
            "selected": selected,
            "edge": edge,
            "label": label,
        },
        on_picked_change=pick,
    )
