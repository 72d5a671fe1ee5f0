"""Photograph a garment with this computer's or telephone's camera."""

import streamlit as st

from fmnist_core.image_input import photo
from fmnist_core.image_input.input_image import InputImage

KEPT = "photograph kept"
"""The last one: a page change empties the camera."""
HINT = (
    "Lay the garment on paper of another colour, with room around it. No camera here? A browser "
    "gives it only to pages over HTTPS or on this machine itself: take the picture with your "
    "telephone and upload it."
)


def take() -> InputImage | None:
    """A snapshot, or `None` before one is taken."""
    state = st.session_state
    shot = st.camera_input(
        "Photograph a garment", key="camera", resolution="720p",
        on_change=lambda: state.pop(KEPT, None),
    )  # fmt: skip
    st.caption(HINT)
    if shot is not None:
        state[KEPT] = shot.getvalue()
    if KEPT not in state:
        return None
    return photo.of_file(state[KEPT], name="Your photograph", seen=shot is not None)
