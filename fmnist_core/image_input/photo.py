"""A photo: read the file, preprocess it, and adjust the preprocessing manually."""

import numpy as np
import streamlit as st

from fmnist_core.errors import DataError
from fmnist_core.formatting import escape_markdown
from fmnist_core.image_input.input_image import InputImage, content_key
from fmnist_core.preprocessing import image_io
from fmnist_core.preprocessing.photo import PhotoAdjustments, preprocess_photo

POLARITY = {
    "automatic": ("Automatic", None),
    "dark garment": ("Dark garment on light background", True),
    "light garment": ("Light garment on dark background", False),
}
"""Title and `PhotoAdjustments.inverted` of each option."""
MAX_THRESHOLD = 80
HINT = (
    "One item, flat on a plain background of another color, from above, with space around it; one "
    "shoe, not a pair, from the side."
)
"""How to take a photo that models can recognize."""


def read_photo(contents: bytes, *, name: str, is_displayed: bool = False) -> InputImage | None:
    """Read and preprocess an image file; if that fails, draw a warning and return `None`."""
    try:
        pixels = image_io.decode_image(contents, name=name)
        return _preprocess(pixels, name, is_displayed=is_displayed)
    except DataError as error:
        st.warning(escape_markdown(str(error)), icon=":material/image_not_supported:")
        return None


def _preprocess(pixels: np.ndarray, name: str, *, is_displayed: bool) -> InputImage:
    key = content_key(pixels)
    try:
        preprocessed = preprocess_photo(pixels, read_adjustments(key))
    except DataError:
        draw_adjustments(key)  # the adjustments may be the cause and have to be undone
        raise
    return InputImage(
        name=name,
        preprocessed=preprocessed,
        origin="photo",
        is_displayed=is_displayed,
        photo_key=key,
    )


def read_adjustments(key: str) -> PhotoAdjustments:
    """The current manual adjustments of the photo with this key."""
    state = st.session_state
    left, right = state.get(f"crop x {key}", (0, 100))
    top, bottom = state.get(f"crop y {key}", (0, 100))
    crop = (left / 100, top / 100, right / 100, bottom / 100)
    _, inverted = POLARITY[state.get(f"contrast {key}") or "automatic"]
    return PhotoAdjustments(
        inverted=inverted,
        threshold=state.get(f"threshold {key}") or None,
        crop=None if crop == (0, 0, 1, 1) else crop,
    )


def draw_adjustments(key: str) -> None:
    """Draw the widgets that adjust the preprocessing, for the next rerun of the page."""
    with st.expander("Wrong cutout? Adjust it", icon=":material/tune:"):
        left, right = st.columns(2, gap="large")
        left.segmented_control(
            "Colors", list(POLARITY), format_func=lambda option: POLARITY[option][0],
            default="automatic", required=True, wrap=True, key=f"contrast {key}",
            persist_state="session",
            help="Models know bright garments on black. A garment darker than its background is "
            "inverted; a lighter one is not.",
        )  # fmt: skip
        left.slider(
            "Background threshold", 0, MAX_THRESHOLD, 0, key=f"threshold {key}",
            persist_state="session",
            help="Minimum color distance from the background (in CIELAB; 2 is barely visible) for "
            "a pixel to count as garment. Higher values cut out less; 0 chooses automatically.",
        )  # fmt: skip
        right.slider(
            "Crop left and right", 0, 100, (0, 100), key=f"crop x {key}", format="%d%%",
            persist_state="session",
        )  # fmt: skip
        right.slider(
            "Crop top and bottom", 0, 100, (0, 100), key=f"crop y {key}", format="%d%%",
            persist_state="session",
        )  # fmt: skip
