"""A drawing canvas whose drawing survives a visit to another page or view."""

from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from fmnist_core.ui import visits


class SavedDrawing(NamedTuple):
    """A drawing as the session state holds it."""

    background_key: str
    """Identifies the image under the drawing; empty for blank paper."""
    canvas_json: dict[str, Any]
    """The strokes in the canvas's own format."""
    pixels: np.ndarray
    """RGBA uint8 [edge, edge, 4]."""


def draw_canvas(
    name: str, *, background_key: str = "", edge: int, **options: Any
) -> np.ndarray | None:
    """Draw a canvas with a button that clears it.

    Returns RGBA uint8 [edge, edge, 4], or `None` before the first stroke. Another
    `background_key` starts another drawing. `options` are passed to `st_canvas`.
    """
    # It registers itself with a running server when it is imported.
    from streamlit_drawable_canvas import st_canvas

    state = st.session_state
    widget_key = f"{name} {background_key} {state.get(_clear_count_key(name), 0)} "
    widget_key += str(visits.current_visit())
    if widget_key not in state:  # the canvas is new on the page
        saved: SavedDrawing | None = state.get(drawing_key(name))
        is_same = saved is not None and saved.background_key == background_key
        state[_initial_key(name)] = saved if is_same else None
    initial: SavedDrawing | None = state[_initial_key(name)]
    result = st_canvas(
        height=edge,
        width=edge,
        initial_drawing=initial.canvas_json if initial else None,
        return_image_data=True,
        key=widget_key,
        **options,
    )
    # The canvas's own reset button returns to the initial drawing, so it cannot clear one.
    st.button(
        "Clear", icon=":material/restart_alt:", type="tertiary", key=f"{name} clear",
        on_click=_clear, args=(name,),
    )  # fmt: skip
    is_empty = not (result.json_data or {}).get("objects")
    if result.image_data is None or (initial and is_empty):
        # The canvas may report that it is empty before it has drawn its initial drawing.
        return initial.pixels if initial else None
    if is_empty:
        state.pop(drawing_key(name), None)
        return None
    state[drawing_key(name)] = SavedDrawing(background_key, result.json_data, result.image_data)
    return result.image_data


def drawing_key(name: str) -> str:
    """Session-state key of the canvas's saved drawing."""
    return f"{name} saved"


def _initial_key(name: str) -> str:
    return f"{name} initial"


def _clear_count_key(name: str) -> str:
    return f"{name} clear count"


def _clear(name: str) -> None:
    """Forget the drawing; a new widget key makes the next canvas an empty one."""
    state = st.session_state
    state.pop(drawing_key(name), None)
    state[_clear_count_key(name)] = state.get(_clear_count_key(name), 0) + 1
