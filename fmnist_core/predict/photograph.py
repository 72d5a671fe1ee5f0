"""One photograph: read, brought to 28×28, and corrected by hand."""

import numpy as np
import streamlit as st

from fmnist_core.errors import DataError
from fmnist_core.formatting import escaped
from fmnist_core.predict import correcting
from fmnist_core.predict.given import Given, key_of
from fmnist_core.preprocessing import image_io
from fmnist_core.preprocessing.photo import prepare


def of_file(contents: bytes, *, name: str, seen: bool = False) -> Given | None:
    """What models see of a picture file; one that cannot be used is told, and gives `None`.

    `seen` says that it stands on the page already.
    """
    try:
        return _of_picture(image_io.read(contents, name=name), name, seen=seen)
    except DataError as error:
        st.warning(escaped(str(error)), icon=":material/image_not_supported:")
        return None


def _of_picture(picture: np.ndarray, name: str, *, seen: bool) -> Given:
    key = key_of(picture)
    try:
        prepared = prepare(picture, correcting.override(key))
    except DataError:
        correcting.controls(key)  # they may be what has to be set back
        raise
    return Given(name=name, prepared=prepared, seen=seen, photo_key=key)
