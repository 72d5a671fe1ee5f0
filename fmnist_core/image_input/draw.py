"""Draw a garment: a canvas, its tools, and what was drawn."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from fmnist_core.image_input import canvas
from fmnist_core.image_input.input_image import InputImage

EDGE = 320
"""Of the canvas in pixels: a telephone's width."""
PAPER, ERASER = "#ffffff", "#fefefe"
"""The eraser's white is one off the paper's, which `data.drawing` knows."""
SHADES = {"Black": "#000000", "Grey": "#6e6e6e", "Light": "#b4b4b4"}
"""Of the ink; models see black as the brightest."""
NAME = "drawing"


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


def is_begun() -> bool:
    """Whether something stands on the canvas, or did."""
    return canvas.kept_key(NAME) in st.session_state


def draw() -> InputImage | None:
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
    pixels = _canvas(tool, width, colour)
    if tool.mode == "polygon":
        st.caption(POLYGON_HINT)
    if pixels is None:
        return None
    from fmnist_core.preprocessing import sketch

    ink = sketch.read_canvas(pixels)
    if ink.is_empty:
        return None
    return InputImage(
        name="Your drawing", preprocessed=sketch.preprocess_sketch(ink, filled=filled), seen=True
    )


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
    """RGBA uint8 [H, W, 4], or `None` before the first stroke."""
    return canvas.drawing_canvas(
        NAME,
        edge=EDGE,
        fill_color=colour,
        stroke_width=width,
        stroke_color=colour,
        background_color=PAPER,
        drawing_mode=tool.mode,
    )
