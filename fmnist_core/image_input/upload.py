"""Image source: uploaded or pasted files; several files or a zip archive become a batch."""

import streamlit as st

from fmnist_core.image_input import batch_upload, photo
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.preprocessing import upload_limits
from fmnist_core.preprocessing.zip_uploads import is_archive

IMAGE_KEY = "uploaded image"
"""Session-state key of the last single image, (name, contents): the widgets themselves do not keep
a pasted image, nor any file across a page change.
"""
MEGABYTE = 10**6


def upload_image() -> InputImage | None:
    """Draw the upload widgets; return the one image, `None` for none or a batch."""
    state = st.session_state
    files = st.file_uploader(
        "Photos of garments, or a zip archive of them",
        type=[*upload_limits.SUFFIXES, "zip"],
        accept_multiple_files=True,
        key="upload",
        on_change=_forget_uploads,
    )
    pasted = st.chat_input(
        "Paste an image, press Enter",
        accept_file=True,
        file_type=list(upload_limits.SUFFIXES),
        max_upload_size=upload_limits.MAX_FILE_BYTES // MEGABYTE,
        key="paste",
    )
    if pasted and pasted.files:
        _forget_uploads()
        state[IMAGE_KEY] = "Pasted image", pasted.files[0].getvalue()
    elif len(files) == 1 and not is_archive(files[0].name) and IMAGE_KEY not in state:
        state[IMAGE_KEY] = files[0].name, files[0].getvalue()
    if IMAGE_KEY in state:
        name, contents = state[IMAGE_KEY]
        return photo.read_photo(contents, name=name)
    if files:
        batch_upload.add_batch(files)
    elif not batch_upload.has_batch():
        st.caption(photo.HINT)
        st.caption(f"{upload_limits.IMAGE_LIMITS_TEXT} {upload_limits.ARCHIVE_LIMITS_TEXT}")
    return None


def _forget_uploads() -> None:
    """Forget earlier uploads when files are added or removed."""
    st.session_state.pop(IMAGE_KEY, None)
    batch_upload.forget_batch()
