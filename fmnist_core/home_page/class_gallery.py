"""The ten classes as a strip of images: from the data set if it is here, else synthetic."""

import numpy as np
import streamlit as st

from fmnist_core.data import sources
from fmnist_core.errors import DataError
from fmnist_core.fashion_mnist import CLASSES, NUM_CLASSES
from fmnist_core.html_snippets import data_url
from fmnist_core.synthetic.garments import draw_garment

SYNTHETIC_SEED = 3


def draw_gallery() -> None:
    """Draw the strip, and say where its images are from."""
    images, is_synthetic = _class_images(sources.available_source() is not None)
    st.html(gallery_html(images))
    st.caption(
        "Drawn by this program, because Fashion-MNIST is not on this machine yet."
        if is_synthetic
        else "Fashion-MNIST: 70,000 photos of ten kinds of clothing, shrunk to 28 × 28 gray pixels."
    )
    st.page_link("pages/data.py", label="Browse them all", icon=":material/apparel:")


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
        f'<figure><img src="{data_url(image)}" alt="{name}">'
        f"<figcaption>{name}</figcaption></figure>"
        for name, image in zip(CLASSES, images, strict=True)
    )
    return f'<div class="home-classes">{figures}</div>'
