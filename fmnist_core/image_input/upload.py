"""Image source: a photo from a file, the clipboard or the camera; several files become a batch."""

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from fmnist_core.image_input import batch_upload, camera, photo, photo_guide
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.preprocessing import upload_limits
from fmnist_core.preprocessing.zip_uploads import is_archive

IMAGE_KEY = "uploaded image"
"""Session-state key of the last single image, (name, contents): the widgets themselves do not keep
a pasted image, nor any file across a page change.
"""
CAMERA_KEY = "camera is open"
"""Session-state key: whether the camera stands in place of the upload."""
ROUND_KEY = "upload round"
"""Session-state key of a number that gives empty upload widgets after a photo was dismissed."""
MEGABYTE = 10**6


def pick_photo() -> InputImage | None:
    """Draw the ways to a photo; return the one photo, `None` for none or a batch."""
    state = st.session_state
    with st.container(key="photo-source"):
        if IMAGE_KEY in state:
            st.button("Another photo", icon=":material/arrow_back:", on_click=forget_photo)
            name, contents = state[IMAGE_KEY]
            return photo.read_photo(contents, name=name)
        if state.get(CAMERA_KEY):
            st.button("Upload instead", icon=":material/arrow_back:", on_click=close_camera)
            camera.draw_camera(lambda contents: _take("Your photo", contents))
            photo_guide.draw_guide()
            return None
        _draw_upload()
    return None


def open_camera() -> None:
    """Show the camera from the next rerun on."""
    st.session_state[CAMERA_KEY] = True


def close_camera() -> None:
    """Show the upload again from the next rerun on."""
    st.session_state[CAMERA_KEY] = False


def forget_photo() -> None:
    """Forget the photo and all uploads; the widgets are empty from the next rerun on."""
    state = st.session_state
    _forget_uploads()
    state[ROUND_KEY] = state.get(ROUND_KEY, 0) + 1


def _draw_upload() -> None:
    """Draw the upload, the button of the camera, and what to know before."""
    upload_key, paste_key = (
        f"{name} {st.session_state.get(ROUND_KEY, 0)}" for name in ("upload", "paste")
    )
    files: Sequence[UploadedFile] = st.file_uploader(
        "Photos of garments, or a zip archive of them",
        type=[*upload_limits.SUFFIXES, "zip"],
        accept_multiple_files=True,
        key=upload_key,
        on_change=lambda: _take_upload(st.session_state[upload_key]),
    )
    st.button("Use the camera", icon=":material/photo_camera:", on_click=open_camera)
    st.chat_input(
        "Paste an image, press Enter",
        accept_file=True,
        file_type=list(upload_limits.SUFFIXES),
        max_upload_size=upload_limits.MAX_FILE_BYTES // MEGABYTE,
        key=paste_key,
        on_submit=lambda: _take_pasted(st.session_state[paste_key]),
    )
    if files:
        batch_upload.add_batch(files)
    elif not batch_upload.has_batch():
        photo_guide.draw_guide()
        st.caption(f"{upload_limits.IMAGE_LIMITS_TEXT} {upload_limits.ARCHIVE_LIMITS_TEXT}")


def _take_upload(files: Sequence[UploadedFile]) -> None:
    """Take over what was uploaded in place of earlier uploads."""
    _forget_uploads()
    if len(files) == 1 and not is_archive(files[0].name):
        _take(files[0].name, files[0].getvalue())


def _take_pasted(pasted: object) -> None:
    files: Sequence[UploadedFile] = getattr(pasted, "files", None) or ()
    if files:
        _take("Pasted image", files[0].getvalue())


def _take(name: str, contents: bytes) -> None:
    """Make this the photo."""
    _forget_uploads()
    close_camera()
    st.session_state[IMAGE_KEY] = name, contents


def _forget_uploads() -> None:
    st.session_state.pop(IMAGE_KEY, None)
    photo.forget_photo()
    batch_upload.forget_batch()
