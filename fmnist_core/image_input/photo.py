"""A photo: read the file and preprocess it with what a person has marked on it."""

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from fmnist_core.errors import DataError
from fmnist_core.formatting import escape_markdown
from fmnist_core.image_input import photo_edits
from fmnist_core.image_input.input_image import InputImage, content_key
from fmnist_core.preprocessing import image_io
from fmnist_core.preprocessing.photo_adjustments import PhotoAdjustments
from fmnist_core.preprocessing.preprocessed import Preprocessed
from fmnist_core.serving.photo_preprocessing import preprocess_photo

LAST_KEY = "last photo"
"""Session-state key of the `LastPhoto`."""


@dataclass(frozen=True, kw_only=True)
class LastPhoto:
    """The photo that was read last, so that a rerun of the page does not repeat the work."""

    contents: bytes
    """Of the file."""
    pixels: np.ndarray
    key: str
    adjustments: PhotoAdjustments | None = None
    preprocessed: Preprocessed | None = None
    """The result of these adjustments."""


def read_photo(contents: bytes, *, name: str) -> InputImage | None:
    """Read and preprocess an image file; if that fails, draw a warning and return `None`."""
    try:
        last = _decode(contents, name)
        adjustments = photo_edits.read_edits(last.key).to_adjustments()
        if last.preprocessed is None or last.adjustments != adjustments:
            preprocessed = preprocess_photo(last.pixels, adjustments)
            last = replace(last, adjustments=adjustments, preprocessed=preprocessed)
            st.session_state[LAST_KEY] = last
    except DataError as error:
        st.warning(escape_markdown(str(error)), icon=":material/image_not_supported:")
        return None
    assert last.preprocessed is not None
    return InputImage(name=name, preprocessed=last.preprocessed, origin="photo", photo_key=last.key)


def forget_photo() -> None:
    """Forget the photo that was read last."""
    st.session_state.pop(LAST_KEY, None)


def _decode(contents: bytes, name: str) -> LastPhoto:
    """Decode a file unless it is the last one; raises `DataError`."""
    last: LastPhoto | None = st.session_state.get(LAST_KEY)
    if last is not None and last.contents == contents:
        return last
    pixels = image_io.decode_image(contents, name=name)
    return LastPhoto(contents=contents, pixels=pixels, key=content_key(pixels))
