"""Pick a source and get an image: its widgets on the left, space for predictions on the right."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fmnist_core.image_input import batch_upload, sources
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.runs.summary import RunSummary

LEFT_WIDTH = 340
"""In pixels; it fits on a phone."""
SELECT_ROW = "Click a row of the table to see that image."
PRIVACY = "Your pictures are kept in memory for this session only. They are never saved."


@dataclass(frozen=True, kw_only=True)
class PickedImage:
    """The image and the containers beside it."""

    image: InputImage | None
    hint: str
    """What to do to get an image while there is none."""
    left: DeltaGenerator
    """Below the source's widgets."""
    right: DeltaGenerator
    """Beside them; on a phone below them."""


def pick_image() -> PickedImage:
    """Draw the sources and the widgets of the open one; return its image."""
    source = sources.pick_source()
    left, right = _columns()
    with left:
        image = source.draw()
    return PickedImage(image=image, hint=source.hint, left=left, right=right)


def pick_from_batch(models: Mapping[str, RunSummary], upload: PickedImage) -> PickedImage:
    """Draw the table of the uploaded batch; return the image of the selected row.

    The choice of the model that fills the table is drawn below the `upload` widgets.
    """
    with upload.left:
        run = batch_upload.pick_model(models)
    if run is None:
        return upload
    image = batch_upload.draw_batch_table(run)
    left, right = _columns()
    return PickedImage(image=image, hint=SELECT_ROW, left=left, right=right)


def _columns() -> tuple[DeltaGenerator, DeltaGenerator]:
    row = st.container(horizontal=True, gap="large")
    return row.container(width=LEFT_WIDTH), row.container()
