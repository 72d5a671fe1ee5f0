"""Draw a garment: a canvas, its tools, and what was drawn."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from fmnist_core.predict.given import Given

EDGE = 320
"""Of the canvas in pixels: a telephone's width."""
PAPER, ERASER = "#ffffff", "#fefefe"
"""The eraser's white is one off the paper's, which `data.drawing` knows."""
SHADES = {"Black": "#000000", "Grey": "#6e6e6e", "Light": "#b4b4b4"}
"""Of the ink; models see black as the brightest."""
CANVAS, KEPT, FIRST = "canvas", "drawing kept", "drawing at first"


@dataclass(frozen=True)
class Tool:
    """What a stroke does."""

    title: str
    mode: str
    """The canvas's own word."""
    erases: bool = False


TOOLS = (
    Tool("Brush", "freedraw"),
    Tool("Eraser", "freedraw", erases=True),
    Tool("Polygon", "polygon"),
    Tool("Box", "rect"),
)
POLYGON_HINT = "Click the corners; click the first one again to close it."


def draw() -> Given | None:
    """The canvas with its tools; `None` as long as it is empty."""
    tool, width, colour = _tools()
    # The canvas's own buttons float above it, on the right.
    filled = st.toggle(
        "Fill closed outlines",
        value=True,
        key="fill outlines",
        persist_state="session",
        help="Models have learned from photographs, in which a garment is an area of cloth. A "
        "thin outline looks like nothing they know; filled, it does.",
    )
    canvas = _canvas(tool, width, colour)
    if tool.mode == "polygon":
        st.caption(POLYGON_HINT)
    if canvas is None:
        return None
    from fmnist_core.data import drawing

    ink = drawing.ink_of(canvas)
    if ink.is_empty:
        return None
    return Given(name="Your drawing", prepared=drawing.prepare(ink, filled=filled), seen=True)


def _tools() -> tuple[Tool, int, str]:
    titles = {tool.title: tool for tool in TOOLS}
    title = st.segmented_control(
        "Tool",
        list(titles),
        default=TOOLS[0].title,
        required=True,
        key="tool",
        label_visibility="collapsed",
        persist_state="session",
    )
    tool = titles[title or TOOLS[0].title]
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    width = left.slider(
        "Brush width", 2, 60, 14, key="brush width", format="%d px", persist_state="session"
    )
    shade = right.selectbox(
        "Shade", list(SHADES), key="shade", disabled=tool.erases, persist_state="session",
        help="Darker ink is brighter cloth to a model.",
    )  # fmt: skip
    return tool, width, ERASER if tool.erases else SHADES[shade]


def _canvas(tool: Tool, width: int, colour: str) -> np.ndarray | None:
    """RGBA uint8 [H, W, 4], or `None` before the first stroke; a drawing outlives a page change."""
    # It registers itself with a running server when it is imported.
    from streamlit_drawable_canvas import st_canvas

    state = st.session_state
    if CANVAS not in state:  # the canvas is put on the page anew
        state[FIRST] = state.get(KEPT)
    first: tuple[dict[str, Any], np.ndarray] | None = state[FIRST]
    result = st_canvas(
        fill_color=colour,
        stroke_width=width,
        stroke_color=colour,
        background_color=PAPER,
        height=EDGE,
        width=EDGE,
        drawing_mode=tool.mode,
        initial_drawing=first[0] if first else None,
        return_image_data=True,
        key=CANVAS,
    )
    if result.image_data is None:
        return first[1] if first else None
    state[KEPT] = (result.json_data, result.image_data)
    return result.image_data
