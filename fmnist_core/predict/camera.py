"""Photograph a garment with this computer's or telephone's camera."""

import streamlit as st

from fmnist_core.predict import photograph
from fmnist_core.predict.given import Given

HINT = (
    "Lay the garment on paper of another colour, with room around it. No camera here? A browser "
    "gives it only to pages over HTTPS or on this machine itself: take the picture with your "
    "telephone and upload it."
)


def take() -> Given | None:
    """A snapshot, or `None` before one is taken."""
    shot = st.camera_input("Photograph a garment", key="camera", resolution="720p")
    st.caption(HINT)
    if shot is None:
        return None
    return photograph.of_file(shot.getvalue(), name="Your photograph", seen=True)
