"""A canvas to draw on, whose drawing outlives a look at another page or view."""

from typing import Any

import numpy as np
import streamlit as st

from fmnist_core.ui import navigation

Drawn = tuple[str, dict[str, Any], np.ndarray]
"""Upon what, the canvas's own words for it, and its pixels RGBA uint8 [H, W, 4]."""


def drawing_canvas(name: str, *, upon: str = "", edge: int, **options: Any) -> np.ndarray | None:
    """RGBA uint8 [edge, edge, 4], or `None` before the first stroke, with a button to start again.

    `upon` says what is drawn upon: on something else it is another drawing. `options` are those of
    `st_canvas`.
    """
    # It registers itself with a running server when it is imported.
    from streamlit_drawable_canvas import st_canvas

    state = st.session_state
    key = f"{name} {upon} {state.get(_number(name), 0)} {navigation.visit()}"
    if key not in state:  # the canvas is put on the page anew
        kept: Drawn | None = state.get(kept_key(name))
        state[_first(name)] = kept if kept and kept[0] == upon else None
    first: Drawn | None = state[_first(name)]
    result = st_canvas(
        height=edge,
        width=edge,
        initial_drawing=first[1] if first else None,
        return_image_data=True,
        key=key,
        **options,
    )
    # Its own button goes back to what it began with, so that is not the way to an empty canvas.
    st.button(
        "Start again", icon=":material/restart_alt:", type="tertiary", key=f"{name} anew",
        on_click=_forget, args=(name,),
    )  # fmt: skip
    is_empty = not (result.json_data or {}).get("objects")
    if result.image_data is None or (first and is_empty):
        # It may report that it is empty before it has drawn what it begins with.
        return first[2] if first else None
    if is_empty:
        state.pop(kept_key(name), None)
        return None
    state[kept_key(name)] = upon, result.json_data, result.image_data
    return result.image_data


def kept_key(name: str) -> str:
    """Where the session's state holds the drawing."""
    return f"{name} kept"


def _first(name: str) -> str:
    return f"{name} at first"


def _number(name: str) -> str:
    return f"{name} number"


def _forget(name: str) -> None:
    """The next canvas is an empty one."""
    state = st.session_state
    state.pop(kept_key(name), None)
    state[_number(name)] = state.get(_number(name), 0) + 1
