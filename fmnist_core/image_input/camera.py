"""The camera of this computer or phone; where the browser refuses it, what to do instead."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

SCRIPT = Path(__file__).with_name("camera_access.js")
ACCESS_KEY = "camera access"
"""Session-state key of what the browser says of the camera."""
INSTEAD = (
    "Take the photo with a phone or any camera and upload it: on a phone, the upload button offers "
    "the camera."
)
REFUSALS = {
    "insecure": "Browsers lend a camera only to pages over HTTPS or on the computer itself, and "
    "this page comes over plain HTTP.",
    "denied": "This browser doesn't let the page use the camera. You can allow it in the settings "
    "beside the page's address.",
    "missing": "The browser finds no camera here.",
}
"""Why there is no camera, by what the browser says."""


def draw_camera(on_photo: Callable[[bytes], None]) -> None:
    """Draw the camera, or why there is none; `on_photo` gets a snapshot's file, in a callback."""
    access = _ask_browser()
    if access in REFUSALS:
        st.info(f"{REFUSALS[access]} {INSTEAD}", icon=":material/no_photography:")
        return

    def take() -> None:
        snapshot = st.session_state["camera"]
        if snapshot is not None:
            on_photo(snapshot.getvalue())

    st.camera_input("Take a photo of a garment", key="camera", resolution="720p", on_change=take)


def _ask_browser() -> str | None:
    """A key of `REFUSALS`, "ok", or `None` until the browser has answered."""
    known = st.session_state.get(ACCESS_KEY)
    result = _component()(
        key="camera access question",
        data={"known": known},
        default={"state": known},
        on_state_change=_ignore,
        height=1,
    )
    state: str | None = result.state
    st.session_state[ACCESS_KEY] = state
    return state


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component("camera_access", js=SCRIPT.read_text())


def _ignore() -> None:
    """A component reports a state only if it has a callback for it."""
