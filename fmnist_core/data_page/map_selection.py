"""What is inside the lasso on the map, and the image that is chosen there."""

import numpy as np
import streamlit as st

from fmnist_core.data.datasets import DatasetKey
from fmnist_core.data_page import garment_card, images, state
from fmnist_core.data_page.image_tiles import Tile, draw_tiles
from fmnist_core.data_page.map_points import summarize_lasso
from fmnist_core.data_page.scatter_map import points_inside
from fmnist_core.fashion_mnist import CLASSES, PLURALS
from fmnist_core.formatting import pluralize
from fmnist_core.runs.summary import RunSummary

MAX_TILES = 30
EMPTY = "Draw a line around points to see their images, or click one of them."


def choose_lasso(lasso: list[tuple[float, float]]) -> None:
    """Select what is inside this polygon, nothing if it has no corners; for callbacks."""
    corners = [(round(x, 3), round(y, 3)) for x, y in lasso[: state.MAX_LASSO_POINTS]]
    state.put(lasso=tuple(corners))


def draw_selection(
    points: np.ndarray,
    labels: np.ndarray,
    predictions: np.ndarray | None,
    positions: np.ndarray,
    *,
    run: RunSummary | None,
    data: DatasetKey,
) -> None:
    """Draw the images [N, 28, 28] inside the lasso, a summary and ways on."""
    number = state.get("test")
    inside = np.flatnonzero(points_inside(positions, state.get("lasso")))
    if not len(inside) and number is None:
        st.caption(EMPTY)
        return
    if len(inside):
        st.header(f"{pluralize(len(inside), 'image')} inside", anchor=False)
        _draw_summary(labels[inside], None if predictions is None else predictions[inside], run)
        shown = most_telling(inside, labels, predictions)[:MAX_TILES]
        tiles = [
            Tile(
                id=int(index),
                title=_title(int(index), labels, predictions),
                is_wrong=predictions is not None and bool(predictions[index] != labels[index]),
            )
            for index in shown
        ]
        draw_tiles(
            points[shown], tiles, key="images inside", label="Images inside the lasso",
            on_pick=lambda index: state.put(test=index, train=None), selected=number, edge=44,
        )  # fmt: skip
        if len(inside) > len(shown):
            st.caption(f"{len(shown)} of them are shown, mistakes first.")
        if number is None:
            st.caption("Click one to see it large, and to take it to Predict or Explain.")
    if number is not None:
        garment = images.load_garment(data, is_test=True, number=number)
        garment_card.draw_garment(garment, run)


def _draw_summary(
    labels: np.ndarray, predictions: np.ndarray | None, run: RunSummary | None
) -> None:
    summary = summarize_lasso(labels, predictions)
    names = [f"{count} {PLURALS[label]}" for label, count in summary.counts[:4]]
    more = sum(count for _, count in summary.counts[4:])
    others = f" and {more} of other classes" if more else ""
    st.markdown(f"{', '.join(names)}{others}.")
    if summary.accuracy is not None:
        st.markdown(f"**{summary.accuracy:.1%}** of them are predicted correctly.")
    if run is not None and summary.worst_pair is not None:
        label, predicted = summary.worst_pair
        st.caption(
            f"Most frequent mistake inside: {CLASSES[label]} taken for {CLASSES[predicted]}. More "
            "about it, in all test images:"
        )
        with st.container(horizontal=True, key="lasso-links"):
            garment_card.draw_cell_links(run, label=label, predicted=predicted)


def most_telling(
    inside: np.ndarray, labels: np.ndarray, predictions: np.ndarray | None
) -> np.ndarray:
    """Mistakes first, then rare classes."""
    counts = np.bincount(labels[inside], minlength=len(CLASSES))
    is_right = (
        np.zeros(len(inside)) if predictions is None else predictions[inside] == labels[inside]
    )
    return inside[np.lexsort((counts[labels[inside]], is_right))]


def _title(index: int, labels: np.ndarray, predictions: np.ndarray | None) -> str:
    text = f"Test image {index}: {CLASSES[labels[index]]}"
    if predictions is not None and predictions[index] != labels[index]:
        text += f", predicted {CLASSES[predictions[index]]}"
    return text
