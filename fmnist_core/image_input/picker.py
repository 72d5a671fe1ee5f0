"""Pick a source and get an image: its widgets on the left, space for predictions on the right."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fmnist_core.image_input import batch_upload, sources
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.runs.summary import RunSummary

SELECT_ROW = "Click a row of the table to see that image."
PRIVACY = (
    "Your pictures stay in this browser session: the server forgets them when it ends, and they "
    "are never saved there."
)


@dataclass(frozen=True, kw_only=True)
class PickedImage:
    """The image and the containers around it, which `styles/predict.css` arranges."""

    image: InputImage | None
    hint: str
    """What to do to get an image while there is none."""
    left: DeltaGenerator
    """Below the source's widgets."""
    summary: DeltaGenerator
    """For the answer in short: at the top on the right; on a phone above the source's widgets."""
    right: DeltaGenerator
    """Below the summary; on a phone below the source's widgets."""


def pick_image() -> PickedImage:
    """Draw the sources and the widgets of the open one; return its image."""
    source = sources.pick_source()
    left, summary, right = _containers("image")
    with left:
        image = source.draw()
    return PickedImage(image=image, hint=source.hint, left=left, summary=summary, right=right)


def pick_from_batch(models: Mapping[str, RunSummary], upload: PickedImage) -> PickedImage:
    """Draw the table of the uploaded batch; return the image of the selected row.

    The choice of the model that fills the table is drawn below the `upload` widgets.
    """
    with upload.left:
        run = batch_upload.pick_model(models)
    if run is None:
        return upload
    image = batch_upload.draw_batch_table(run)
    left, summary, right = _containers("row")
    return PickedImage(image=image, hint=SELECT_ROW, left=left, summary=summary, right=right)


def _containers(name: str) -> tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator]:
    with st.container(key=f"picked-{name}"):
        return (
            st.container(key=f"picked-{name}-left"),
            st.container(key=f"picked-{name}-summary"),
            st.container(key=f"picked-{name}-right"),
        )
