"""A card that is a link as a whole: a title, a sentence, and a page to go to."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fmnist_core.formatting import escape_markdown


def draw_link_card(
    file: str,
    *,
    key: str,
    title: str,
    text: str,
    icon: str | None = None,
    query_params: dict[str, str] | None = None,
) -> DeltaGenerator:
    """Draw a card that opens the page `file`, and return its container, for what else it shows.

    `styles/base.css` stretches the link over the card, which it knows by its key.
    """
    card = st.container(key=f"card-{key}", gap="xsmall", height="stretch")
    with card:
        st.page_link(
            file, label=escape_markdown(title), icon=icon, query_params=query_params or None
        )
        st.caption(text)
    return card
