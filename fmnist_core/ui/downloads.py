"""Download buttons whose file is made after the click, and is still there when it is fetched.

Streamlit makes such a file when the button is clicked, and then tells the browser its address. But
no session refers to that file, so it is deleted when any two scripts end before the browser fetches
it (Streamlit 1.67): a page that polls, in any session, ends one every second. On a busy machine the
browser then gets a 404, which it does not show. Here, the file keeps a reference of its own.
"""

import itertools
import mimetypes
from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st
from streamlit import runtime

NUM_KEPT = 24
"""Files that are kept: each for as long as so many others are made after it."""
_numbers = itertools.count()


def download_button(
    label: str, make_file: Callable[[], str | bytes], *, file_name: str, **options: Any
) -> None:
    """Draw a button that makes the file after the click and downloads it, without a rerun.

    The button shows a spinner until the file is made. `options` are those of `st.download_button`.
    """
    mime = mimetypes.guess_type(file_name)[0] or "application/octet-stream"
    st.download_button(
        label,
        partial(make_kept, make_file, mime=mime, file_name=file_name),
        file_name=file_name,
        mime=mime,
        on_click="ignore",
        **options,
    )


def make_kept(make_file: Callable[[], str | bytes], *, mime: str, file_name: str) -> bytes:
    """Make a file, and keep it for the browser; Streamlit stores the same bytes once."""
    content = make_file()
    data = content.encode() if isinstance(content, str) else content
    if runtime.exists():
        # Outside a script run, the reference belongs to no session, so no session's end drops it.
        runtime.get_instance().media_file_mgr.add(
            data,
            mime,
            f"kept download {next(_numbers) % NUM_KEPT}",
            file_name=file_name,
            is_for_static_download=True,
        )
    return data
