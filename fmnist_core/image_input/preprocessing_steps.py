"""How an image becomes a model's input: every preprocessing step, the original first."""

from collections.abc import Sequence
from html import escape

import numpy as np
import streamlit as st

from fmnist_core.formatting import escape_markdown
from fmnist_core.html_snippets import MUTED, data_url, grid_style
from fmnist_core.image_input import photo_editor
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.preprocessing.preprocessed import PreprocessingStep

STEP_WIDTH = 104
"""Minimum, in pixels."""
STEP = "width:100%;aspect-ratio:1;object-fit:contain;border-radius:6px;"
STEP += "background:rgba(128,133,144,.18)"
PIXELATED_EDGE = 60
"""Images up to this edge are enlarged without smoothing, so that their pixels can be seen."""


def draw_original(image: InputImage | None) -> None:
    """Draw the original image as wide as its container, unless its source displays it.

    A photo comes with the garment's outline and the tools that mend it.
    """
    if image is None or image.is_displayed:
        return
    if photo_editor.can_edit(image):
        photo_editor.draw_editor(image)
    else:
        st.html(original_html(image.preprocessed.steps[0].image, image.name))


def draw_warning(image: InputImage | None) -> None:
    """Draw what went wrong on the way from the original to the model's input, if anything."""
    with st.container(key="preprocessing-warning"):  # always one block, as below
        if image is not None and image.preprocessed.warning:
            st.info(image.preprocessed.warning, icon=":material/lightbulb:")


def draw_steps(image: InputImage | None) -> None:
    """Draw the preprocessing steps, for a photo with the choice between dark and light."""
    with st.container():  # always one block, so that elements below it keep their identity
        if image is None or len(image.preprocessed.steps) == 1:
            return
        st.header(f"What models see: {escape_markdown(image.name)}", anchor=False)
        st.html(steps_html(image.preprocessed.steps))
        if image.photo_key:
            photo_editor.draw_polarity(image.photo_key)


def original_html(pixels: np.ndarray, name: str) -> str:
    """An image uint8 [H, W] or [H, W, 3] as HTML."""
    return (
        f'<img src="{data_url(pixels)}" alt="{escape(name)}" style="width:100%;max-height:420px;'
        f'object-fit:contain;border-radius:6px;image-rendering:{_rendering(pixels)}">'
    )


def steps_html(steps: Sequence[PreprocessingStep]) -> str:
    """A grid of numbered images with titles and captions, as HTML."""
    figures = "".join(
        f'<figure style="margin:0"><img src="{data_url(step.image)}" alt="{escape(step.title)}" '
        f'style="{STEP};image-rendering:{_rendering(step.image)}">'
        f'<figcaption style="font-size:.78rem;line-height:1.3;margin-top:5px">'
        f"<b>{number}. {escape(step.title)}</b><br>"
        f'<span style="{MUTED}">{escape(step.caption)}</span></figcaption></figure>'
        for number, step in enumerate(steps, start=1)
    )
    return f'<div style="{grid_style(STEP_WIDTH)}" class="steps">{figures}</div>'


def _rendering(pixels: np.ndarray) -> str:
    return "pixelated" if max(pixels.shape[:2]) <= PIXELATED_EDGE else "auto"
