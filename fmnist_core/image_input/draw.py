"""Image source: a drawing canvas with its tools."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from fmnist_core.image_input import canvas
from fmnist_core.image_input.input_image import InputImage

EDGE = 300
"""Of the canvas in pixels: with the answer, it fits on the first screen of a phone."""
PAPER, ERASER = "#ffffff", "#fefefe"
"""The eraser's white differs by one from the paper's, so that `preprocessing.sketch` can tell
erased areas from blank ones.
"""
SHADES = {"black": "#000000", "gray": "#6e6e6e", "light": "#b4b4b4"}
"""Stroke colors; to models, black is the brightest."""
CANVAS = "sketch"
"""The canvas's name."""
FILLS = "fill outlines"
"""Session-state key: whether closed outlines are filled."""


@dataclass(frozen=True)
class Tool:
    """A drawing tool."""

    title: str
    mode: str
    """The canvas's `drawing_mode`."""
    erases: bool = False


TOOLS = {
    "brush": Tool("Brush", "freedraw"),
    "eraser": Tool("Eraser", "freedraw", erases=True),
    "polygon": Tool("Polygon", "polygon"),
    "box": Tool("Box", "rect"),
}
POLYGON_HINT = "Click the corners; click the first one again to close it."


def has_drawing() -> bool:
    """Whether there is a drawing on the canvas, even if another page is open."""
    return canvas.drawing_key(CANVAS) in st.session_state


def restore() -> None:
    """Bring back the drawing after a reload; call it in the script of a page."""
    canvas.restore_drawing(CANVAS, edge=EDGE)


def draw_sketch() -> InputImage | None:
    """Draw the canvas and its tools; return the sketch, `None` while it is empty."""
    tool, width, color, filled = _pick_tool()
    pixels = canvas.draw_canvas(
        CANVAS,
        edge=EDGE,
        fill_color=color,
        stroke_width=width,
        stroke_color=color,
        background_color=PAPER,
        drawing_mode=tool.mode,
        survives_reload=True,
    )
    if tool.mode == "polygon":
        st.caption(POLYGON_HINT)
    return read_sketch(pixels, filled=filled)


def read_sketch(pixels: np.ndarray | None, *, filled: bool) -> InputImage | None:
    """The sketch on a canvas, RGBA uint8 [H, W, 4]; `None` if there is nothing on it."""
    if pixels is None:
        return None
    from fmnist_core.preprocessing import sketch

    strokes = sketch.read_canvas(pixels)
    if strokes.is_empty:
        return None
    return InputImage(
        name="Your drawing",
        origin="drawing",
        preprocessed=sketch.preprocess_sketch(strokes, filled=filled),
        is_displayed=True,
    )


def _pick_tool() -> tuple[Tool, int, str, bool]:
    """Draw the tools; returns the tool, its width in pixels, its color and whether to fill."""
    with st.container(key="sketch tools", horizontal=True, gap="xsmall", wrap=False):
        key = st.segmented_control(
            "Tool",
            list(TOOLS),
            format_func=lambda key: TOOLS[key].title,
            default="brush",
            required=True,
            key="tool",
            label_visibility="collapsed",
            persist_state="session",
        )
        tool = TOOLS[key or "brush"]
        with st.popover("Brush options", icon=":material/tune:", key="sketch options"):
            filled = st.toggle(
                "Color in my outline", value=True, key=FILLS, persist_state="session",
                help="Models were trained on photos, where garments are filled shapes. Fill "
                "outlines so that drawings look like them.",
            )  # fmt: skip
            width = st.slider(
                "Brush width", 2, 60, 14, key="brush width", format="%d px",
                persist_state="session",
            )  # fmt: skip
            shade = st.selectbox(
                "Shade", list(SHADES), format_func=str.capitalize, key="shade",
                disabled=tool.erases, persist_state="session",
                help="Models see dark strokes as bright fabric.",
            )  # fmt: skip
    return tool, width, ERASER if tool.erases else SHADES[shade], filled
