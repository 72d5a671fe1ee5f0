"""The ten classes as a strip of pictures: real ones where they are here, else drawn, and marked."""

import numpy as np
import streamlit as st

from fmnist_core.data import sources
from fmnist_core.errors import DataError
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.html_snippets import data_url
from fmnist_core.synthetic.garments import draw_garment

GRID = "display:grid;grid-template-columns:repeat(auto-fit,minmax(60px,1fr));gap:12px 10px"
GRID += ";max-width:1100px"
IMAGE = "width:100%;aspect-ratio:1;image-rendering:pixelated;border-radius:6px;display:block"
CAPTION = "font-size:0.78rem;line-height:1.2;margin-top:5px;text-align:center"


def strip() -> None:
    """Draw the strip, and say where its pictures are from."""
    pictures, drawn = _pictures(sources.available_source() is not None)
    st.html(strip_html(pictures))
    st.caption(
        "Drawn by this program: the data set itself is not on this machine yet."
        if drawn
        else "The first of each class in Fashion-MNIST's training images, 28 × 28 pixels."
    )


@st.cache_data(max_entries=2, show_spinner="Opening the data …")
def _pictures(real: bool) -> tuple[list[np.ndarray], bool]:
    """A picture uint8 [28, 28] for each class, and whether they are drawn."""
    if real:
        try:
            images, labels = sources.load_images()
        except DataError:
            pass  # the state of the data, further down, says what is wrong
        else:
            return [images[np.argmax(labels == label)] for label in range(len(CLASSES))], False
    return [draw_garment(label, seed=3) for label in range(len(CLASSES))], True


def strip_html(pictures: list[np.ndarray]) -> str:
    """Ten beside each other, or five on a telephone; each says its class to a screen reader."""
    figures = "".join(
        f'<figure style="margin:0"><img src="{data_url(picture)}" alt="{name}" style="{IMAGE}">'
        f'<figcaption style="{CAPTION}">{name}</figcaption></figure>'
        for name, picture in zip(CLASSES, pictures, strict=True)
    )
    return f'<div style="{GRID}">{figures}</div>'
