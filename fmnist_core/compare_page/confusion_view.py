"""View: confusion matrices, and the test images in a cell, chosen by click or in select boxes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from fmnist_core.charts.confusion_matrix import SELECTION_FIELDS
from fmnist_core.compare_page import image_gallery, pair_picker, render
from fmnist_core.comparison_report.blocks import Columns
from fmnist_core.comparison_report.confusion import (
    confusion_blocks,
    difference_chart,
    mistake_table,
)
from fmnist_core.evaluation import metrics
from fmnist_core.evaluation.significance import Pair
from fmnist_core.fashion_mnist import CLASSES, class_index
from fmnist_core.formatting import escape_markdown, pluralize
from fmnist_core.runs.comparison import Comparison
from fmnist_core.runs.photograph_comparison import PhotographComparison
from fmnist_core.ui import browser_state, query_params

RUN_KEY, LABEL_KEY, PREDICTED_KEY = "cell run", "cell true class", "cell predicted class"
"""Keys of the select boxes; a click on a cell sets their values."""
MATRICES_KEY, IMAGES_KEY = "matrices", "cell-images"
"""Keys of the containers that the page scrolls to."""
ONE_OF_PAIR = "one of pair"
"""Used instead of a run index: images that only one of the two runs puts into the cell."""


def draw_confusion(comparison: Comparison) -> None:
    """Draw the controls, the matrices, the images of a cell and the difference of two matrices."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        content = st.segmented_control(
            "Show", ["counts", "percent"], default="counts", required=True, key="cells show",
            persist_state="session",
            help="Numbers of images, or percent of the images of the true class.",
        )  # fmt: skip
        hide_correct = st.toggle(
            "Hide correct predictions", key="hide correct", persist_state="session",
            help="Without the diagonal, the mistakes use the whole color scale.",
        )  # fmt: skip
    normalized = content == "percent"
    has_pair = len(comparison.runs) > 1
    matrices, images = st.container(key=MATRICES_KEY), st.container(key=IMAGES_KEY)
    below = st.container()
    # After a click, draw the images first: the charts are already on the page.
    with images:
        _draw_cell(comparison, pair_picker.get_pair(comparison) if has_pair else None)
    with matrices:
        blocks = confusion_blocks(
            comparison,
            normalized=normalized,
            hide_correct=hide_correct,
            on_click=lambda index, fields: _open_cell(str(index), fields),
        )
        render.draw_blocks(blocks, key="matrices")
    with below:
        mistakes = mistake_table(comparison)
        if has_pair:
            difference = difference_chart(
                comparison,
                pair_picker.pick_pair(comparison),
                normalized=normalized,
                on_click=lambda fields: _open_cell(ONE_OF_PAIR, fields),
            )
            render.draw_blocks([Columns(blocks=(difference, mistakes))], key="difference")
        else:
            render.draw_blocks([mistakes], key="mistakes")


def _open_cell(run: str, fields: Mapping[str, Any]) -> None:
    """Choose a clicked cell, and scroll to its images."""
    _choose_cell(run, fields)
    browser_state.request_scroll(IMAGES_KEY)


def _choose_cell(run: str, fields: Mapping[str, Any]) -> None:
    """Set the select boxes to a clicked cell."""
    st.session_state[RUN_KEY] = run
    st.session_state[LABEL_KEY], st.session_state[PREDICTED_KEY] = (
        fields[field] for field in SELECTION_FIELDS
    )


def _draw_cell(comparison: Comparison, pair: Pair | None) -> None:
    """Draw the select boxes and the images of the chosen cell."""
    _set_valid_cell(comparison, pair)
    names = {str(index): name for index, name in enumerate(comparison.names)}
    if pair:
        names[ONE_OF_PAIR] = "Only one of the two"
    with st.container(horizontal=True):
        run = _draw_select_box(
            "Predictions of", list(names), RUN_KEY, format_func=names.__getitem__
        )
        label = class_index(_draw_select_box("True class", CLASSES, LABEL_KEY))
        predicted = class_index(_draw_select_box("Predicted class", CLASSES, PREDICTED_KEY))
    indices = find_images(comparison, run, label, predicted, pair)
    text = "predicted correctly" if label == predicted else f"predicted as {CLASSES[predicted]}"
    both = f" ({' or '.join(comparison.names[i] for i in pair)}, not both)" if pair else ""
    run_indices = _shown_runs(run, pair)
    image_gallery.draw_gallery(
        comparison,
        indices,
        title=f"{CLASSES[label]} {text}: {pluralize(len(indices), 'image')}",
        hint=escape_markdown(
            f"{names[run]}{both if run == ONE_OF_PAIR else ''}, most confident first."
        ),
        run_indices=run_indices,
        key=f"cell {run} {label} {predicted}",
    )
    st.button(
        "Back to the matrices",
        icon=":material/arrow_upward:",
        type="tertiary",
        key="back to matrices",
        on_click=browser_state.request_scroll,
        args=(MATRICES_KEY,),
    )
    if isinstance(comparison, PhotographComparison):
        return  # Explain averages over the test images of the data set
    explained = comparison.runs[run_indices[0] if run == ONE_OF_PAIR else int(run)]
    st.page_link(
        "pages/explain.py",
        label=f"What {escape_markdown(explained.name)} looks at in these images, on average",
        icon=":material/blur_on:",
        query_params=query_params.cell_params(
            explained.summary.id, label=label, predicted=predicted
        ),
    )


def _draw_select_box(
    label: str, options: Sequence[str], key: str, *, format_func: Callable[[str], str] = str
) -> str:
    chosen = st.selectbox(
        label, options, format_func=format_func, key=key, on_change=render.clear_click
    )
    return chosen or options[0]


def _shown_runs(run: str, pair: Pair | None) -> tuple[int, ...]:
    """Return the runs whose predictions the cards show: at most two, the chosen one among them."""
    if pair is None:
        return (0,)
    if run == ONE_OF_PAIR or int(run) in pair:
        return pair
    return int(run), pair[0]


def _set_valid_cell(comparison: Comparison, pair: Pair | None) -> None:
    """Choose the first run's most common mistake unless a run of this comparison is chosen."""
    runs = [str(index) for index in range(len(comparison.runs))] + ([ONE_OF_PAIR] if pair else [])
    state = st.session_state
    if state.get(RUN_KEY) in runs and LABEL_KEY in state:
        for key in (RUN_KEY, LABEL_KEY, PREDICTED_KEY):
            # Streamlit forgets the value of a widget that was not drawn in the last rerun.
            state[key] = state[key]
        return
    mistakes = metrics.most_frequent_confusions(comparison.confusions[0], limit=1)
    label, predicted = (mistakes[0].label, mistakes[0].predicted) if mistakes else (0, 0)
    cell = dict(zip(SELECTION_FIELDS, (CLASSES[label], CLASSES[predicted]), strict=True))
    _choose_cell("0", cell)


def find_images(
    comparison: Comparison, run: str, label: int, predicted: int, pair: Pair | None
) -> np.ndarray:
    """Return the indices of the test images in a cell, most confident first.

    `run` is the index of a run, or `ONE_OF_PAIR` for the images that exactly one run of the pair
    puts there.
    """
    labels, probabilities = comparison.labels, comparison.probabilities
    if run != ONE_OF_PAIR:
        return metrics.images_in_cell(
            probabilities[int(run)],
            comparison.predictions[int(run)],
            labels,
            label=label,
            predicted=predicted,
        )
    assert pair is not None
    first, second = (comparison.predictions[index] == predicted for index in pair)
    (indices,) = np.nonzero((labels == label) & (first ^ second))
    confidences = probabilities[list(pair)][:, indices, predicted].max(axis=0)
    return indices[np.argsort(-confidences, kind="stable")]
