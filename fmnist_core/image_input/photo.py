"""One photograph: read, brought to 28×28, and corrected by hand."""

import numpy as np
import streamlit as st

from fmnist_core.errors import DataError
from fmnist_core.formatting import escape_markdown
from fmnist_core.image_input import photo_controls
from fmnist_core.image_input.input_image import InputImage, key_of
from fmnist_core.preprocessing import image_io
from fmnist_core.preprocessing.photo import preprocess_photo


def of_file(contents: bytes, *, name: str, seen: bool = False) -> InputImage | None:
    """What models see of a picture file; one that cannot be used is told, and gives `None`.

    `seen` says that it stands on the page already.
    """
    try:
        return _of_picture(image_io.decode_image(contents, name=name), name, seen=seen)
    except DataError as error:
        st.warning(escape_markdown(str(error)), icon=":material/image_not_supported:")
        return None


def _of_picture(picture: np.ndarray, name: str, *, seen: bool) -> InputImage:
    key = key_of(picture)
    try:
        prepared = preprocess_photo(picture, photo_controls.override(key))
    except DataError:
        photo_controls.controls(key)  # they may be what has to be set back
        raise
    return InputImage(name=name, preprocessed=prepared, seen=seen, photo_key=key)
