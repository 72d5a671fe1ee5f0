"""Image source: the camera of this computer or phone."""

import streamlit as st

from fmnist_core.image_input import photo
from fmnist_core.image_input.input_image import InputImage

SNAPSHOT_KEY = "camera snapshot"
"""Session-state key of the last snapshot; the widget itself is empty after a page change."""
HINT = (
    f"{photo.HINT} No camera here? Browsers allow it only over HTTPS or on this machine itself: "
    "take a photo with your phone and upload it."
)


def take_photo() -> InputImage | None:
    """Draw the camera and return its snapshot; `None` before one is taken."""
    state = st.session_state
    snapshot = st.camera_input(
        "Take a photo of a garment", key="camera", resolution="720p",
        on_change=lambda: state.pop(SNAPSHOT_KEY, None),
    )  # fmt: skip
    st.caption(HINT)
    if snapshot is not None:
        state[SNAPSHOT_KEY] = snapshot.getvalue()
    if SNAPSHOT_KEY not in state:
        return None
    return photo.read_photo(
        state[SNAPSHOT_KEY], name="Your photo", is_displayed=snapshot is not None
    )
