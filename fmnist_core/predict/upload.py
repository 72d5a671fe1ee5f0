"""Upload or paste pictures: one goes to all models, many become a table."""

from collections.abc import Mapping

import streamlit as st

from fmnist_core.data import limits
from fmnist_core.data.archives import is_archive
from fmnist_core.predict import many, photograph
from fmnist_core.predict.given import Given
from fmnist_core.predict.many import Work
from fmnist_core.ui.catalogue import Row

PASTED = "pasted picture"
MEGABYTE = 10**6


def upload(models: Mapping[str, Row]) -> Given | Work | None:
    """The one picture, or many."""
    files = st.file_uploader(
        "Pictures of garments, or a zip archive of them",
        type=[*limits.SUFFIXES, "zip"],
        accept_multiple_files=True,
        key="upload",
    )
    pasted = st.chat_input(
        "Paste a picture, press Enter",
        accept_file=True,
        file_type=list(limits.SUFFIXES),
        max_upload_size=limits.MOST_BYTES // MEGABYTE,
        key="paste",
    )
    if pasted and pasted.files:
        st.session_state[PASTED] = pasted.files[0].getvalue()
    if files:
        st.session_state.pop(PASTED, None)
        if len(files) == 1 and not is_archive(files[0].name):
            return photograph.of_file(files[0].getvalue(), name=files[0].name)
        return many.begin(files, models)
    if PASTED in st.session_state:
        return photograph.of_file(st.session_state[PASTED], name="Pasted picture")
    st.caption(f"{limits.WORDS} {limits.ARCHIVE_WORDS}")
    return None
