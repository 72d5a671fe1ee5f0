"""A card with what the ImageNet network says about a photo, below the models' predictions."""

import hashlib
from collections.abc import Sequence
from html import escape

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fmnist_core.errors import LabError
from fmnist_core.formatting import format_probability
from fmnist_core.serving import imagenet
from fmnist_core.serving.imagenet import ImagenetClass

TITLE = "A network trained on ImageNet says"
HINT = (
    "ImageNet is a collection of 1.3 million color photos in a thousand classes, from goldfish to "
    "jersey. EfficientNet-Lite0 learned those and has never seen Fashion-MNIST. It sees the square "
    "in the middle of your photo, in color and in 224 × 224 pixels. It knows no T-shirts, coats or "
    "bags as such, so look for the nearest thing it has a word for."
)
EXPLANATION = "Its classes are not ours: it was trained on photos of a thousand things."
FOOTWEAR_HINT = (
    "Shoes, then? The models above know a single shoe from the side, its toe on the left. From "
    "above, or as a pair, shoes look like something else to them."
)
CACHE_KEY = "ImageNet classes"
"""Session-state key of the last photo's hash and what the network says about it."""


def draw_card(photo: np.ndarray | None, *, container: DeltaGenerator) -> None:
    """Draw the five likeliest classes of a photo, uint8 [H, W] or [H, W, 3].

    Call it last on a page: the first call in a server's life waits for the network. Draws nothing
    without a photo, or if the network's weights are not on this machine.
    """
    with container, st.container(key="imagenet-card"):  # always one block, as below the cards
        if photo is None or not imagenet.is_available():
            return
        try:
            classes = _likeliest_classes(photo)
        except LabError as error:
            st.caption(escape(str(error)))
            return
        st.html(card_html(classes))
        if classes[0].is_footwear:
            st.caption(FOOTWEAR_HINT)
        st.caption(EXPLANATION, help=HINT)


def card_html(classes: Sequence[ImagenetClass]) -> str:
    """The card: the likeliest class, and a bar for each; all of a class's words as its title."""
    rows = "".join(
        f'<div data-rank="{rank}" title="{escape(one.synonyms)}" '
        f'style="--share:{100 * one.probability:.1f}%"><span>{escape(one.name)}</span>'
        f"<span>{escape(format_probability(one.probability))}</span></div>"
        for rank, one in enumerate(classes)
    )
    return (
        f'<div class="predictions imagenet"><section data-imagenet="{escape(classes[0].name)}">'
        f'<header><h2>{TITLE}</h2></header><p class="class">{escape(classes[0].name)}</p>'
        f'<div class="bars">{rows}</div></section></div>'
    )


def _likeliest_classes(photo: np.ndarray) -> list[ImagenetClass]:
    key = hashlib.sha256(imagenet.center_square(photo).tobytes()).hexdigest()
    cached_key, classes = st.session_state.get(CACHE_KEY, (None, []))
    if key != cached_key:
        with st.spinner("Asking a network trained on ImageNet …"):
            classes = imagenet.likeliest_classes(photo)
        st.session_state[CACHE_KEY] = (key, classes)
    return list(classes)
