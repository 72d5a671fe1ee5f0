"""A drawing canvas with undo, whose drawing survives a visit to another page and a reload."""

import base64
import io
import json
from typing import Any, NamedTuple

import numpy as np
import streamlit as st
from PIL import Image

from fmnist_core.ui import browser_state, visits

MAX_KEPT_CHARACTERS = 200_000
"""A larger drawing is not kept in the browser, so that a reload loses it."""


class SavedDrawing(NamedTuple):
    """A drawing as the session state holds it."""

    background_key: str
    """Identifies the image under the drawing; empty for blank paper."""
    canvas_json: dict[str, Any]
    """The strokes in the canvas's own format."""
    pixels: np.ndarray
    """RGBA uint8 [edge, edge, 4]."""


def draw_canvas(
    name: str,
    *,
    background_key: str = "",
    edge: int,
    survives_reload: bool = False,
    **options: Any,
) -> np.ndarray | None:
    """Draw a canvas with buttons that undo the last stroke and clear it.

    Returns RGBA uint8 [edge, edge, 4], or `None` before the first stroke. Another
    `background_key` starts another drawing. With `survives_reload`, the browser keeps the drawing
    once `restore_drawing` has asked for an earlier one.
    `options` are passed to `st_canvas`.
    """
    # It registers itself with a running server when it is imported.
    from streamlit_drawable_canvas import st_canvas

    state = st.session_state
    widget_key = f"{name} {background_key} {visits.current_visit()}"
    if widget_key not in state:  # the canvas is new on the page
        saved: SavedDrawing | None = state.get(drawing_key(name))
        is_same = saved is not None and saved.background_key == background_key
        state[_initial_key(name)] = saved.canvas_json if is_same and saved else None
        state[_start_key(name)] = saved if is_same else None
        state.pop(_replaced_key(name), None)
    # The canvas has a toolbar of its own above it, which the style sheet hides.
    container_key = f"{name} canvas"
    with st.container(key=container_key, width="content"):
        result = st_canvas(
            height=edge,
            width=edge,
            initial_drawing=state[_initial_key(name)],
            return_image_data=True,
            key=widget_key,
            **options,
        )
    browser_state.let_strokes_through(container_key.replace(" ", "-"))
    state[_reported_key(name)] = result.json_data
    pixels = _read_result(name, background_key, result)
    if survives_reload and state.get(_restored_key(name)):
        current: SavedDrawing | None = state.get(drawing_key(name))
        browser_state.keep_in_tab(name, "" if current is None else to_text(current))
    with st.container(key=f"{name} buttons", horizontal=True, gap="small"):
        is_empty = pixels is None
        st.button(
            "Undo", icon=":material/undo:", key=f"{name} undo", disabled=is_empty,
            on_click=_undo, args=(name, result.json_data),
        )  # fmt: skip
        st.button(
            "Clear", icon=":material/delete_sweep:", key=f"{name} clear", disabled=is_empty,
            on_click=_clear, args=(name, result.json_data),
        )  # fmt: skip
    return pixels


def restore_drawing(name: str, *, edge: int) -> None:
    """Take over the drawing that the browser has kept from before a reload.

    For the script of a page, outside its fragments: the answer to a fragment would rerun only that.
    """
    state = st.session_state
    with st.container():  # always one block, so that elements below it keep their identity
        if state.get(_restored_key(name)):
            return
        stored = browser_state.kept_in_tab(name)
        if stored is None:
            return
        state[_restored_key(name)] = True
        drawing = from_text(stored, edge=edge)
        if drawing is not None and drawing_key(name) not in state:
            place_drawing(name, drawing)


def _read_result(name: str, background_key: str, result: Any) -> np.ndarray | None:
    """Save the drawing that the canvas has reported; return its pixels."""
    state = st.session_state
    saved: SavedDrawing | None = state.get(drawing_key(name))
    if saved is not None and saved.background_key != background_key:
        saved = None
    replaced = state.get(_replaced_key(name))
    if replaced is not None and (result.json_data == replaced or result.image_data is None):
        # Undo or Clear has changed the drawing; the canvas reports the new one in a moment.
        return None if saved is None else saved.pixels
    state.pop(_replaced_key(name), None)
    start: SavedDrawing | None = state.get(_start_key(name))
    is_empty = not _objects(result.json_data)
    if result.image_data is None or (start and is_empty):
        # The canvas may report that it is empty before it has drawn its initial drawing.
        return start.pixels if start else None
    state[_start_key(name)] = None
    if is_empty:
        state.pop(drawing_key(name), None)
        return None
    state[drawing_key(name)] = SavedDrawing(background_key, result.json_data, result.image_data)
    pixels: np.ndarray = result.image_data
    return pixels


def drawing_key(name: str) -> str:
    """Session-state key of the canvas's saved drawing."""
    return f"{name} saved"


def place_drawing(name: str, drawing: SavedDrawing) -> None:
    """Replace what is on the canvas, on blank paper; for callbacks."""
    state = st.session_state
    _replace(name, state.get(_reported_key(name)), _objects(drawing.canvas_json))
    state[drawing_key(name)] = state[_start_key(name)] = drawing


def _restored_key(name: str) -> str:
    """Key of whether the browser has told which drawing it keeps."""
    return f"{name} restored"


def _reported_key(name: str) -> str:
    """Key of the JSON that the canvas has reported last."""
    return f"{name} reported"


def _initial_key(name: str) -> str:
    """Key of the JSON that the canvas draws when it is new, and whenever it changes."""
    return f"{name} initial"


def _start_key(name: str) -> str:
    """Key of the drawing with which the canvas began, until it reports one."""
    return f"{name} start"


def _replaced_key(name: str) -> str:
    """Key of the JSON that the canvas reports until it has drawn what replaced it."""
    return f"{name} replaced"


def _objects(canvas_json: dict[str, Any] | None) -> list[Any]:
    objects: list[Any] = (canvas_json or {}).get("objects", [])
    return objects


def _undo(name: str, reported: dict[str, Any] | None) -> None:
    """Remove the last stroke."""
    state = st.session_state
    is_pending = state.get(_replaced_key(name)) is not None
    current = state[_initial_key(name)] if is_pending else _shown_json(name, reported)
    _replace(name, reported, _objects(current)[:-1])


def _clear(name: str, reported: dict[str, Any] | None) -> None:
    """Forget the drawing."""
    _replace(name, reported, [])


def _shown_json(name: str, reported: dict[str, Any] | None) -> dict[str, Any] | None:
    """What is on the canvas: a new canvas does not report its initial drawing."""
    start: SavedDrawing | None = st.session_state.get(_start_key(name))
    return start.canvas_json if start and not _objects(reported) else reported


def _replace(name: str, reported: dict[str, Any] | None, objects: list[Any]) -> None:
    """Have the canvas draw these objects in place of its own; it reports when it has."""
    state = st.session_state
    # The canvas draws it only if it differs from what it drew last, hence the number.
    number = (state.get(_initial_key(name)) or {}).get("replacement", 0) + 1
    state[_initial_key(name)] = {"objects": objects, "replacement": number}
    state[_replaced_key(name)] = reported or {}
    state[_start_key(name)] = None
    if not objects:
        state.pop(drawing_key(name), None)


def to_text(drawing: SavedDrawing) -> str:
    """Encode a drawing for the browser; empty if it is too large."""
    file = io.BytesIO()
    Image.fromarray(drawing.pixels).save(file, "PNG", compress_level=1)
    content = {
        "background": drawing.background_key,
        "canvas": drawing.canvas_json,
        "png": base64.b64encode(file.getvalue()).decode(),
    }
    text = json.dumps(content, separators=(",", ":"))
    return text if len(text) <= MAX_KEPT_CHARACTERS else ""


def from_text(text: str, *, edge: int) -> SavedDrawing | None:
    """Decode a drawing that the browser has kept; `None` if it is not one of `to_text`."""
    try:
        content = json.loads(text)
        canvas_json, background_key = dict(content["canvas"]), str(content["background"])
        with Image.open(io.BytesIO(base64.b64decode(content["png"])), formats=["PNG"]) as image:
            pixels = np.array(image) if image.size == (edge, edge) else None
    except (ValueError, TypeError, KeyError, OSError):
        return None
    if pixels is None or pixels.shape != (edge, edge, 4) or not _objects(canvas_json):
        return None
    return SavedDrawing(background_key, canvas_json, pixels)
