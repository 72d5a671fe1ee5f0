"""Upload or paste pictures: one goes to all models, many become a table."""

from collections.abc import Mapping

import streamlit as st

from fmnist_core.image_input import batch_upload, photo
from fmnist_core.image_input.batch_upload import BatchJob
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.preprocessing import upload_limits
from fmnist_core.preprocessing.zip_uploads import is_archive
from fmnist_core.runs.summary import RunSummary

KEPT = "picture kept"
"""The last single one and its name: neither a pasted picture nor a page change leaves a trace of
it in the widgets.
"""
MEGABYTE = 10**6


def upload(models: Mapping[str, RunSummary]) -> InputImage | BatchJob | None:
    """The one picture, or many."""
    state = st.session_state
    files = st.file_uploader(
        "Pictures of garments, or a zip archive of them",
        type=[*upload_limits.SUFFIXES, "zip"],
        accept_multiple_files=True,
        key="upload",
        on_change=_forget,
    )
    pasted = st.chat_input(
        "Paste a picture, press Enter",
        accept_file=True,
        file_type=list(upload_limits.SUFFIXES),
        max_upload_size=upload_limits.MAX_FILE_BYTES // MEGABYTE,
        key="paste",
    )
    if pasted and pasted.files:
        state[KEPT] = "Pasted picture", pasted.files[0].getvalue()
    elif len(files) == 1 and not is_archive(files[0].name) and KEPT not in state:
        state[KEPT] = files[0].name, files[0].getvalue()
    if KEPT in state:
        name, contents = state[KEPT]
        return photo.of_file(contents, name=name)
    if files:
        return batch_upload.begin(files, models)
    if batch_upload.WORK in state:  # what was uploaded before another page was open
        kept: BatchJob = state[batch_upload.WORK]
        return kept
    st.caption(f"{upload_limits.IMAGE_LIMITS_TEXT} {upload_limits.ARCHIVE_LIMITS_TEXT}")
    return None


def _forget() -> None:
    """What was handed in before other files came, or these were taken away."""
    for key in (KEPT, batch_upload.WORK):
        st.session_state.pop(key, None)
