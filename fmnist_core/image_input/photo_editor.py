"""A photo with the outline of its garment, and the tools to mend the outline by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

from fmnist_core.image_input import photo_edits, photo_overlay
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.image_input.photo_edits import BACKGROUND_COLOR, GARMENT_COLOR, PhotoEdits
from fmnist_core.preprocessing.preprocessed import Box
from fmnist_core.ui import visits

BOX_COLOR = "#ffffff"
BOX_WIDTH = 4
"""In pixels of the canvas, as the overlay's."""
POLARITY = {
    "automatic": ("Automatic", None),
    "dark garment": ("Dark garment on light background", True),
    "light garment": ("Light garment on dark background", False),
}
"""Title and `PhotoAdjustments.inverted` of each option."""
OUTLINE_TEXT = "Models see what's inside the line. Wrong? Mend it:"
NOT_FOUND_TEXT = "Models see the whole picture. Show them the garment:"
SHOES = ("Use the left shoe", "Use the right shoe")


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A tool for marking the photo."""

    title: str
    mode: str
    """The canvas's `drawing_mode`."""
    color: str
    width: int
    hint: str


TOOLS = {
    "box": Tool(
        title="Box", mode="rect", color=BOX_COLOR, width=BOX_WIDTH,
        hint="Drag a box: everything outside is background.",
    ),
    "garment": Tool(
        title="This is garment", mode="freedraw", color=GARMENT_COLOR,
        width=photo_overlay.STROKE_WIDTH,
        hint="Draw a line over a part that is missing.",
    ),
    "background": Tool(
        title="This is background", mode="freedraw", color=BACKGROUND_COLOR,
        width=photo_overlay.STROKE_WIDTH,
        hint="Draw a line over what isn't garment.",
    ),
}  # fmt: skip


def can_edit(image: InputImage) -> bool:
    """Whether the image is a photo in which the garment was looked for."""
    original = image.preprocessed.original
    return bool(image.photo_key) and original is not None and original.mask is not None


def draw_editor(image: InputImage) -> None:
    """Draw the photo with the garment's outline, and the tools that mend it for the next rerun."""
    key, original = image.photo_key, image.preprocessed.original
    assert key is not None
    assert original is not None
    edits = photo_edits.read_edits(key)
    found = image.preprocessed.found_garment
    picture = photo_overlay.draw_overlay(original.image, original.mask if found else None, edits)
    with st.container(key="photo-editor"):
        place = st.container(key="photo-place")
        place.html(_photo_html(photo_overlay.jpeg_url(picture), image.name))
        _offer_shoes(image.preprocessed.pair, image.preprocessed.hint, key)
        st.caption(OUTLINE_TEXT if found else NOT_FOUND_TEXT)
        tool = _pick_tool(key, default=None if found else "box")
        if tool is not None:
            st.caption(tool.hint)
        _draw_buttons(key, edits)
    if tool is not None:
        # The style sheet lays it over the photo, which stays as it is when the tool changes.
        with place, st.container(key="photo-canvas", width="content"):
            _draw_canvas(key, picture.shape, tool, edits)


def draw_polarity(key: str) -> None:
    """Draw the choice between dark and light garments."""
    widget_key = f"contrast {key}"
    st.segmented_control(
        "Colors", list(POLARITY), format_func=lambda option: POLARITY[option][0],
        default="automatic", required=True, wrap=True, key=widget_key, persist_state="session",
        on_change=lambda: photo_edits.set_inverted(
            key, POLARITY[st.session_state[widget_key] or "automatic"][1]
        ),
        help="Models know bright garments on black. A garment darker than its background is "
        "inverted; a lighter one is not.",
    )  # fmt: skip


def _photo_html(url: str, name: str) -> str:
    text = f"{name}, with the garment outlined and its background dimmed"
    return f'<img class="outlined" src="{url}" alt="{escape(text)}">'


def _offer_shoes(pair: Sequence[Box], hint: str | None, key: str) -> None:
    """Draw the hint about this photo and, for two shoes, a button for each."""
    with st.container(key="photo-hint"):
        if hint is None:
            return
        st.info(hint, icon=":material/lightbulb:")
        if len(pair) == len(SHOES):
            with st.container(horizontal=True, gap="small"):
                for title, box in zip(SHOES, pair, strict=True):
                    st.button(
                        title, key=f"{title} {key}", on_click=photo_edits.add_mark, args=(key, box)
                    )


def _pick_tool(key: str, *, default: str | None) -> Tool | None:
    chosen = st.segmented_control(
        "Mend the outline", list(TOOLS), format_func=lambda tool: TOOLS[tool].title,
        default=default, key=f"photo tool {key} {default}", label_visibility="collapsed", wrap=True,
        persist_state="session",
    )  # fmt: skip
    return None if chosen is None else TOOLS[chosen]


def _draw_buttons(key: str, edits: PhotoEdits) -> None:
    with st.container(key="photo-buttons", horizontal=True, gap="small"):
        if not edits.marks:
            return
        st.button("Undo", icon=":material/undo:", on_click=photo_edits.undo, args=(key,))
        st.button("Reset", icon=":material/restart_alt:", on_click=photo_edits.reset, args=(key,))


def _draw_canvas(key: str, shape: tuple[int, ...], tool: Tool, edits: PhotoEdits) -> None:
    """Draw an empty canvas; what is drawn on it becomes a mark."""
    # It registers itself with a running server when it is imported.
    from streamlit_drawable_canvas import st_canvas

    height, width = shape[:2]
    widget_key = f"photo canvas {key} {visits.current_visit()}"
    st_canvas(
        height=height,
        width=width,
        drawing_mode=tool.mode,
        stroke_color=tool.color,
        stroke_width=tool.width,
        fill_color="rgba(0, 0, 0, 0)",
        # The canvas takes it over whenever it differs from the last one, hence the number.
        initial_drawing={"objects": [], "version": edits.canvas_version},
        key=widget_key,
        on_change=lambda: photo_edits.take_drawing(
            key, _reported_objects(widget_key), width=width, height=height
        ),
    )


def _reported_objects(widget_key: str) -> Sequence[Any]:
    drawing = st.session_state[widget_key].get("drawing") or {}
    objects: Sequence[Any] = (drawing.get("raw") or {}).get("objects", [])
    return objects
