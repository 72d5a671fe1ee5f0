"""One image large: its pixels as numbers, its label, and links to it on other pages."""

import streamlit as st

from fmnist_core.data.datasets import DatasetKey
from fmnist_core.data_page import images, pixel_grid, stored_predictions
from fmnist_core.data_page.images import Garment
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.formatting import escape_markdown
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import query_params
from fmnist_core.ui.navigation import PAGES

LINKED = (
    ("Predict", "What every model says"),
    ("Explain", "What it looks at"),
    ("Look inside", "How it computes that"),
)
"""Titles of the pages that open a test image, and what to call the links."""


def draw_garment(
    garment: Garment, run: RunSummary | None, *, is_label_doubtful: bool = False
) -> None:
    """Draw the image with what its label is, what the model predicted, and links."""
    title = f"Labeled: {garment.title}" if is_label_doubtful else garment.title
    st.header(title, anchor=False)
    st.caption(garment.name)
    pixel_grid.draw_pixels(garment.pixels, key="garment pixels", name=garment.name)
    if run is not None and (text := prediction_text(garment, run)):
        st.markdown(text)
    if garment.is_test:
        draw_links(garment.number, garment.data, run)
    else:
        st.caption("Predict and Explain open test images: those that no model has learned.")


def draw_links(number: int, data: DatasetKey, run: RunSummary | None) -> None:
    """Draw links to a test image on the pages that open one."""
    pages = {entry.title: entry for entry in PAGES}
    params = query_params.to_params([run.id] if run else [], test_index=number, data=data)
    with st.container(horizontal=True, key="garment-links"):
        for title, label in LINKED:
            if entry := pages.get(title):
                st.page_link(entry.file, label=label, icon=entry.icon, query_params=params)


def draw_cell_link(run: RunSummary, *, label: int, predicted: int) -> None:
    """Draw the link to what Explain shows about one mistake of a run, in all test images."""
    st.page_link(
        "pages/explain.py", label=f"{CLASSES[label]} taken for {CLASSES[predicted]}: what it sees",
        icon=":material/visibility:",
        query_params=query_params.cell_params(run.id, label=label, predicted=predicted),
    )  # fmt: skip


def prediction_text(garment: Garment, run: RunSummary) -> str:
    """What the run predicted for a test image, as Markdown; empty if that is not stored."""
    if not garment.is_test:
        return ""
    labels = images.load_split(garment.data, "test").labels
    stored = stored_predictions.get_probabilities(run, garment.data, labels)
    if stored is None:
        return ""
    probabilities = stored[garment.number]
    predicted = int(probabilities.argmax())
    mark = "right" if predicted == garment.label else "wrong"
    return (
        f"{escape_markdown(run.title)} says **{CLASSES[predicted]}** ({mark}), "
        f"{probabilities[predicted]:.0%} sure."
    )
