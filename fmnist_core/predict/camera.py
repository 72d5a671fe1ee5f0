"""Photograph a garment with this computer's or telephone's camera."""

import streamlit as st

from fmnist_core.predict import photograph
from fmnist_core.predict.given import Given

KEPT = "photograph kept"
"""The last one: a page change empties the camera."""
HINT = (
    "Lay the garment on paper of another colour, with room around it. No camera here? A browser "
    "gives it only to pages over HTTPS or on this machine itself: take the picture with your "
    "telephone and upload it."
)


def take() -> Given | None:
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
    return photograph.of_file(state[KEPT], name="Your photograph", seen=shot is not None)
