"""A way in on the left, and room on the right for what is said of what came in."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fmnist_core.image_input import batch_upload, sources
from fmnist_core.image_input.batch_upload import BatchJob
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.runs.summary import RunSummary

WIDTH = 340
"""Of a way's controls, in pixels; a telephone has room for that."""
CHOOSE_ROW = "Click a row of the table to choose that picture."
PRIVACY = (
    "What you draw, photograph or upload is kept in memory for this browser session only. It is "
    "never written to disk and never logged."
)


@dataclass(frozen=True, kw_only=True)
class PickedImage:
    """What came in."""

    given: InputImage | None
    waiting: str
    """What to do as long as there is nothing."""
    left: DeltaGenerator
    """Below the controls."""
    right: DeltaGenerator
    """Beside them; on a telephone below them."""


def bring(models: Mapping[str, RunSummary]) -> PickedImage:
    """Draw the ways in, and the controls of the open one."""
    way = sources.choose()
    row, left = _row()
    with left:
        handed = way.ask(models)
    waiting = way.waiting
    if isinstance(handed, BatchJob):
        handed = batch_upload.table(handed)
        row, left = _row()
        waiting = CHOOSE_ROW
    return PickedImage(given=handed, waiting=waiting, left=left, right=row.container())


def _row() -> tuple[DeltaGenerator, DeltaGenerator]:
    """A row, and the place for controls at its left."""
    row = st.container(horizontal=True, gap="large")
    return row, row.container(width=WIDTH)
