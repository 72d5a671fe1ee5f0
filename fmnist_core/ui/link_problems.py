"""What is wrong with the link that the user has followed, shown while they stay on the page.

The warnings are kept in the session state: the browser's first answer reruns the page, and a
warning that only the first run draws would flash by unread.
"""

import streamlit as st

from fmnist_core.formatting import escape_markdown

KEY = "link problems"
"""Session-state key of the problems, as plain text."""
MAX_QUOTED_LENGTH = 40
"""Characters of an unknown value that a warning repeats."""


def clear() -> None:
    """Forget the problems of the previous link."""
    st.session_state[KEY] = []


def add(text: str) -> None:
    """Report a problem of the link, in plain text."""
    st.session_state.setdefault(KEY, []).append(text)


def draw() -> None:
    """Draw a warning for each problem of the link that opened this page."""
    with st.container(key="link-problems"):
        for text in st.session_state.get(KEY, []):
            st.warning(escape_markdown(text))


def shorten(value: str) -> str:
    """Shorten an unknown value of a link for a warning."""
    return value[:MAX_QUOTED_LENGTH]
