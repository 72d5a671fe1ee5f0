"""The ten classes as a strip of images: from the data set if it is here, else synthetic."""

import numpy as np
import streamlit as st

from fmnist_core.data import sources
from fmnist_core.errors import DataError
from fmnist_core.fashion_mnist import CLASSES, NUM_CLASSES
from fmnist_core.html_snippets import SMALL_TEXT, data_url
from fmnist_core.synthetic.garments import draw_garment

GRID_CSS = "display:grid;grid-template-columns:repeat(auto-fit,minmax(60px,1fr));gap:12px 10px"
GRID_CSS += ";max-width:1100px"
IMAGE_CSS = "width:100%;aspect-ratio:1;image-rendering:pixelated;border-radius:6px;display:block"
CAPTION_CSS = f"{SMALL_TEXT};margin-top:5px;text-align:center"
SYNTHETIC_SEED = 3


def draw_gallery() -> None:
    """Draw the strip, and say where its images are from."""
    images, is_synthetic = _class_images(sources.available_source() is not None)
    st.html(gallery_html(images))
    st.caption(
        "Drawn by this program, because Fashion-MNIST is not on this machine yet."
        if is_synthetic
        else "The ten kinds of clothing in Fashion-MNIST: 70,000 photos, shrunk to 28 × 28 gray "
        "pixels."
    )


@st.cache_data(max_entries=2, show_spinner="Loading the data …")
def _class_images(use_dataset: bool) -> tuple[list[np.ndarray], bool]:
    """One image uint8 [28, 28] per class, and whether they are synthetic."""
    if use_dataset:
        try:
            images, labels = sources.load_images()
        except DataError:
            pass  # the status of the data, further down, says what is wrong
        else:
            return [images[np.argmax(labels == label)] for label in range(NUM_CLASSES)], False
    return [draw_garment(label, seed=SYNTHETIC_SEED) for label in range(NUM_CLASSES)], True


def gallery_html(images: list[np.ndarray]) -> str:
    """Ten images in a row, or five on a phone; each has its class as alternative text."""
    figures = "".join(
        f'<figure style="margin:0"><img src="{data_url(image)}" alt="{name}" style="{IMAGE_CSS}">'
        f'<figcaption style="{CAPTION_CSS}">{name}</figcaption></figure>'
        for name, image in zip(CLASSES, images, strict=True)
    )
    return f'<div style="{GRID_CSS}">{figures}</div>'
