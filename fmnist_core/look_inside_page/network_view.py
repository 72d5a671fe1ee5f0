"""What can be clicked on the page: the diagram of the steps, tiles of maps, and one map enlarged.

One component draws them in the browser (`network_view.js`): Streamlit's images and charts would
take a second for some hundred tiles, and would flicker with every stroke of a drawing.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import streamlit as st

SCRIPT, STYLE = Path(__file__).with_suffix(".js"), Path(__file__).with_suffix(".css")
PICKED = "picked"
"""Name of the component's trigger: what was clicked."""
TILE_AREA = 380
"""Height in pixels that tiles fill, as long as they are neither too small nor too large."""
MAX_TILE_EDGE = 92
MAP_EDGE = 300
"""Width and height of the enlarged map, in pixels."""
Palette = Literal["signed", "gray"]
Pick = Mapping[str, Any]
"""What was clicked: the name of a `step`, or the position `at`."""


@dataclass(frozen=True, kw_only=True)
class DiagramStep:
    """A step as the diagram shows it."""

    name: str
    title: str
    shape: str
    tip: str
    map: np.ndarray | None
    """[H, W]."""
    palette: Palette = "signed"
    is_block: bool = False
    state: Literal["", "open", "selected"] = ""


@dataclass(frozen=True, kw_only=True)
class DiagramRow:
    """The steps of the network, or of a block that is open."""

    title: str
    steps: Sequence[DiagramStep]


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component("network_view", js=SCRIPT.read_text(), css=STYLE.read_text())


def draw_diagram(rows: Sequence[DiagramRow], *, key: str, on_pick: Callable[[Pick], None]) -> None:
    """Draw the steps from left to right, a row for the network and for each open block."""
    data = {
        "kind": "diagram",
        "rows": [
            {"title": row.title, "steps": [_step_data(step) for step in row.steps]} for row in rows
        ],
    }
    _draw(data, key=key, on_pick=on_pick)


def draw_tiles(
    maps: np.ndarray,
    *,
    key: str,
    step: str,
    noun: str,
    label: str,
    selected: tuple[int, int, int] | None = None,
    palette: Palette = "signed",
    has_own_scales: bool = False,
    edge: int = MAX_TILE_EDGE,
    on_pick: Callable[[Pick], None] | None = None,
) -> None:
    """Draw maps [M, H, W] as tiles; `noun` names one of them on hover.

    They share a scale unless each `has_own_scales`. A click picks the number under the pointer, if
    there is something to do with it.
    """
    count, height, width = maps.shape
    parts = list(maps) if has_own_scales else [maps]
    scales = [find_scale(part) for part in parts]
    data = {
        "kind": "tiles", "step": step, "noun": noun, "label": label, "count": count,
        "height": height, "width": width, "palette": palette, "scales": scales,
        "bytes": encode(maps, scale=_each(scales), palette=palette),
        "area": TILE_AREA, "edge": edge,
        "selected": -1 if selected is None else selected[0],
        "position": [0, 0] if selected is None else list(selected[1:]),
        "canPick": on_pick is not None,
    }  # fmt: skip
    _draw(data, key=key, on_pick=on_pick)


def draw_map(
    map_: np.ndarray,
    *,
    key: str,
    number: int,
    label: str,
    frame: tuple[int, int, int, int] | None = None,
    palette: Palette = "signed",
    scale: float | None = None,
    low: float = 0.0,
    edge: int = MAP_EDGE,
    names: Sequence[str] = (),
    on_pick: Callable[[Pick], None] | None = None,
) -> None:
    """Draw one map [H, W], enlarged, with its numbers on hover.

    `number` is its place among the maps; `frame` is drawn around a part of it: row, column, height
    and width. `low` is the number of the palest color, or of black. `names` are those of the
    numbers, in place of their rows and columns.
    """
    height, width = map_.shape
    scale = scale or find_scale(map_ - low)
    numbers = [None if np.isnan(value) else f"{value:.4g}" for value in map_.ravel()]
    data = {
        "kind": "map", "number": number, "label": label, "height": height, "width": width,
        "bytes": encode(map_ - low, scale=scale, palette=palette), "palette": palette,
        "numbers": numbers, "names": list(names), "frame": frame, "edge": edge,
        "canPick": on_pick is not None,
    }  # fmt: skip
    _draw(data, key=key, on_pick=on_pick)


def find_scale(maps: np.ndarray) -> float:
    """The largest absolute value, which gets the strongest color; 1 if all are 0."""
    finite = np.abs(maps[np.isfinite(maps)])
    return float(finite.max()) if finite.size and finite.max() > 0 else 1.0


def _each(scales: Sequence[float]) -> np.ndarray:
    """Scales of maps [M, H, W], to divide the maps by."""
    return np.array(scales, dtype=np.float32)[:, None, None]


def encode(maps: np.ndarray, *, scale: float | np.ndarray, palette: Palette = "signed") -> str:
    """Encode numbers as bytes in base64: 128 is 0, 1 and 255 are -`scale` and `scale`, 0 is none.

    In the gray palette, 1 is 0 and 255 is `scale`.
    """
    finite = np.nan_to_num(maps / scale, nan=0.0, posinf=1.0, neginf=-1.0)
    levels = 1 + 254 * finite if palette == "gray" else 128 + 127 * finite
    encoded = levels.round().clip(1, 255).astype(np.uint8)
    encoded[np.isnan(maps)] = 0
    return base64.b64encode(encoded.tobytes()).decode()


def _step_data(step: DiagramStep) -> dict[str, object]:
    thumbnail = None
    if step.map is not None:
        height, width = step.map.shape
        encoded = encode(step.map, scale=find_scale(step.map), palette=step.palette)
        thumbnail = {"bytes": encoded, "width": width, "height": height, "palette": step.palette}
    return {
        "name": step.name, "title": step.title, "shape": step.shape, "tip": step.tip,
        "isBlock": step.is_block, "state": step.state, "map": thumbnail,
    }  # fmt: skip


def _draw(data: Mapping[str, object], *, key: str, on_pick: Callable[[Pick], None] | None) -> None:
    def report() -> None:
        picked: Pick | None = st.session_state[key].get(PICKED)
        if picked and on_pick is not None:
            on_pick(picked)

    _component()(key=key, data=data, on_picked_change=report)
