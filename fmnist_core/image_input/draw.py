"""Image source: a drawing canvas with its tools."""

from dataclasses import dataclass

import streamlit as st

from fmnist_core.image_input import canvas
from fmnist_core.image_input.input_image import InputImage

EDGE = 320
"""Of the canvas in pixels: the width of a phone."""
PAPER, ERASER = "#ffffff", "#fefefe"
"""The eraser's white differs by one from the paper's, so that `preprocessing.sketch` can tell
erased areas from blank ones.
"""
SHADES = {"black": "#000000", "gray": "#6e6e6e", "light": "#b4b4b4"}
"""Stroke colors; to models, black is the brightest."""
CANVAS = "sketch"
"""The canvas's name."""


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


def draw_sketch() -> InputImage | None:
    """Draw the canvas and its tools; return the sketch, `None` while it is empty."""
    tool, width, color = _pick_tool()
    # The canvas's own buttons float above it, on the right.
    filled = st.toggle(
        "Color in my outline",
        value=True,
        key="fill outlines",
        persist_state="session",
        help="Models were trained on photos, where garments are filled shapes. Fill outlines so "
        "that drawings look like them.",
    )
    pixels = canvas.draw_canvas(
        CANVAS,
        edge=EDGE,
        fill_color=color,
        stroke_width=width,
        stroke_color=color,
        background_color=PAPER,
        drawing_mode=tool.mode,
    )
    if tool.mode == "polygon":
        st.caption(POLYGON_HINT)
    if pixels is None:
        return None
    from fmnist_core.preprocessing import sketch

    strokes = sketch.read_canvas(pixels)
    if strokes.is_empty:
        return None
    return InputImage(
        name="Your drawing",
        preprocessed=sketch.preprocess_sketch(strokes, filled=filled),
        is_displayed=True,
    )


def _pick_tool() -> tuple[Tool, int, str]:
    """Draw the tools; returns the tool, its width in pixels and its color."""
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
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    width = left.slider(
        "Brush width", 2, 60, 14, key="brush width", format="%d px", persist_state="session"
    )
    shade = right.selectbox(
        "Shade", list(SHADES), format_func=str.capitalize, key="shade", disabled=tool.erases,
        persist_state="session", help="Models see dark strokes as bright fabric.",
    )  # fmt: skip
    return tool, width, ERASER if tool.erases else SHADES[shade]
