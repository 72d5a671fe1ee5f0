"""How to photograph a garment: two drawings with a sentence each."""

from urllib.parse import quote

import streamlit as st

GARMENT, SOLE, LINES, GROUND = "#4f6bdc", "#e0703a", "#8d93a3", "#80859030"
"""Colors that are seen on light and on dark pages."""
PHOTO = (
    f'<rect x="1" y="1" width="118" height="118" rx="14" fill="{GROUND}" stroke="{LINES}" '
    'stroke-opacity=".5" stroke-width="2"/>'
)
"""The photo in both drawings."""
CORNERS = (
    '<path d="M14 26V14H26M94 14H106V26M106 94V106H94M26 106H14V94" fill="none" '
    f'stroke="{LINES}" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round"/>'
)
"""Marks of a viewfinder, with space between them and the garment."""
T_SHIRT = (
    '<path d="M60 37C54 37 51 35 48 32L40 34 22 50 31 62 40 56V91H80V56L89 62 98 50 80 34 72 32'
    f'C69 35 66 37 60 37Z" fill="{GARMENT}" stroke="{GARMENT}" stroke-width="3" '
    'stroke-linejoin="round"/>'
    '<path d="M48 32C51 40 69 40 72 32" fill="none" stroke="#fff" stroke-width="3"/>'
)
SHOE = (
    '<path d="M20 72C20 66 26 64 34 62L54 50 62 43C65 41 68 42 70 45 74 52 84 52 92 46 95 44 98 45 '
    f'98 49L100 76H20Z" fill="{GARMENT}" stroke="{GARMENT}" stroke-width="3" '
    'stroke-linejoin="round"/>'
    f'<path d="M18 80H101" stroke="{SOLE}" stroke-width="6" stroke-linecap="round"/>'
    '<path d="M46 56L52 62M53 51L59 57M60 46L66 52" stroke="#fff" stroke-width="3" '
    'stroke-linecap="round"/>'
)
"""With the toe on the left, as all shoes of Fashion-MNIST."""
GUIDES = (
    (
        T_SHIRT,
        "<b>Clothes</b> flat and from above, on plain ground of another color, with space around "
        "them.",
    ),
    (SHOE, "<b>One shoe</b>, not a pair: from the side, with its toe on the left."),
)
"""What each drawing shows, and the sentence below it."""


def draw_guide() -> None:
    """Draw how to take a photo that models can recognize."""
    st.html(guide_html())


def guide_html() -> str:
    """The drawings and their sentences, as HTML."""
    figures = "".join(
        f'<figure><img src="{_url(drawing)}" alt=""><figcaption>{sentence}</figcaption></figure>'
        for drawing, sentence in GUIDES
    )
    return f'<div class="photo-guide" role="note">{figures}</div>'


def _url(drawing: str) -> str:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120">'
        f"{PHOTO}{CORNERS}{drawing}</svg>"
    )
    return f"data:image/svg+xml,{quote(svg)}"
