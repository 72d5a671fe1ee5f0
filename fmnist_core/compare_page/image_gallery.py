"""Draw test images with predictions, a few per page."""

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from fmnist_core.compare_page import render
from fmnist_core.comparison_report import image_cards
from fmnist_core.comparison_report.blocks import Gallery
from fmnist_core.runs.comparison import Comparison
from fmnist_core.runs.photograph_comparison import PhotographComparison
from fmnist_core.ui import dataset_status, query_params

IMAGES_PER_PAGE = 12
LINKED_PAGES = {"predict": "Predict", "explain": "Explain"}
"""Pages that show a card's image with the same models: their URLs and titles."""


def draw_gallery(
    comparison: Comparison,
    indices: Sequence[int] | np.ndarray,
    *,
    title: str,
    key: str,
    hint: str = "",
    run_indices: Sequence[int] | None = None,
) -> None:
    """Draw these test images in this order, with the predictions of some runs or of all."""
    images, problem = image_cards.load_test_images(comparison, dataset_status.load_test_set)
    on_photographs = isinstance(comparison, PhotographComparison)
    if problem:
        st.info(problem, icon=":material/hide_image:")
        dataset_status.offer_download(comparison.data)
    gallery = st.container()
    num_pages = -(-len(indices) // IMAGES_PER_PAGE)
    page = st.pagination(num_pages, key=f"{key} of {len(indices)}") if num_pages > 1 else 1
    shown = range(len(comparison.runs)) if run_indices is None else run_indices
    models = [comparison.runs[index].summary.id for index in shown]

    def links(index: int) -> Mapping[str, str]:
        if on_photographs:
            return {
                title: query_params.photograph_link(page, models, number=index)
                for page, title in LINKED_PAGES.items()
            }
        return {
            title: query_params.image_link(page, models, test_index=index, data=comparison.data)
            for page, title in LINKED_PAGES.items()
        }

    cards = image_cards.make_cards(
        comparison,
        indices[(page - 1) * IMAGES_PER_PAGE : page * IMAGES_PER_PAGE],
        images,
        run_indices=run_indices,
        make_links=links,
    )
    with gallery:
        render.draw_blocks([Gallery(title=title, hint=hint, cards=cards)], key=key)
