"""What is inside the lasso on the map, and the image that is chosen there."""

from html import escape

import numpy as np
import streamlit as st

from fmnist_core import html_snippets
from fmnist_core.charts.palette import RUN_COLORS
from fmnist_core.data.datasets import DatasetKey
from fmnist_core.data_page import garment_card, images, runs, state, stored_predictions
from fmnist_core.data_page.image_tiles import Tile, draw_tiles
from fmnist_core.data_page.map_points import summarize_lasso
from fmnist_core.data_page.scatter_map import points_inside
from fmnist_core.fashion_mnist import CLASSES, PLURALS
from fmnist_core.formatting import format_percent, pluralize
from fmnist_core.runs import summary
from fmnist_core.runs.summary import RunSummary

MAX_TILES = 30
MIN_COMPARED = 2
EMPTY = "Draw a line around points to see their images, or click one of them."

NONE_INSIDE = "No image inside the line."


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
        st.caption(EMPTY if not state.get("lasso") else NONE_INSIDE)
        _draw_clear_button()
        return
    if len(inside):
        st.header(f"{pluralize(len(inside), 'image')} inside", anchor=False)
        _draw_summary(labels[inside], None if predictions is None else predictions[inside], run)
        _draw_accuracies(inside, labels, data)
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
    _draw_clear_button()
    if number is not None:
        garment = images.load_garment(data, is_test=True, number=number)
        garment_card.draw_garment(garment, run)


def _draw_clear_button() -> None:
    if state.get("lasso"):
        st.button("Show all again", icon=":material/select_all:", on_click=choose_lasso, args=([],))


def _draw_summary(
    labels: np.ndarray, predictions: np.ndarray | None, run: RunSummary | None
) -> None:
    facts = summarize_lasso(labels, predictions)
    names = [f"{count} {PLURALS[label]}" for label, count in facts.counts[:4]]
    more = sum(count for _, count in facts.counts[4:])
    others = f" and {more} of other classes" if more else ""
    st.markdown(f"{', '.join(names)}{others}.")
    if facts.accuracy is not None:
        st.markdown(f"**{facts.accuracy:.1%}** of them are predicted correctly.")
    if run is not None and facts.worst_pair is not None:
        label, predicted = facts.worst_pair
        st.caption(
            f"Most frequent mistake inside: {CLASSES[label]} taken for {CLASSES[predicted]}."
        )
        garment_card.draw_cell_link(run, label=label, predicted=predicted)


def _draw_accuracies(inside: np.ndarray, labels: np.ndarray, data: DatasetKey) -> None:
    """Draw how often several models are right on the images inside, and a link to Compare."""
    compared = stored_predictions.accuracies_on(runs.usable_runs(), data, labels, inside)
    if len(compared) < MIN_COMPARED:
        return
    names = summary.unique_names([one.run for one in compared])
    rows = "".join(
        f"<div><span>{escape(name)}</span>"
        f"{html_snippets.probability_bar(one.accuracy, RUN_COLORS[0])}"
        f"<span>{format_percent(one.accuracy)}</span></div>"
        for name, one in zip(names, compared, strict=True)
    )
    with st.expander("Compare models on these images", icon=":material/compare_arrows:"):
        st.html(f'<div class="lasso-accuracies">{rows}</div>')
        st.page_link(
            "pages/compare.py", label="Compare them on all images",
            icon=":material/compare_arrows:",
            query_params={"runs": ",".join(one.run.id for one in compared), "view": "confusion"},
        )  # fmt: skip


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
