"""Test images on the page: a few at a time, with what the models say of them."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from fmnist_core.compare_page import image_cards, render
from fmnist_core.compare_page.blocks import Gallery
from fmnist_core.data.datasets import DATASET_TITLES
from fmnist_core.errors import DataError
from fmnist_core.runs.comparison import Comparison
from fmnist_core.ui import dataset_status

AT_ONCE = 12
OTHER_IMAGES = (
    "The test images on this machine are not those that these runs were tested on, so only the "
    "answers are shown."
)


def show(
    contest: Comparison,
    indices: Sequence[int] | np.ndarray,
    *,
    title: str,
    key: str,
    hint: str = "",
    places: Sequence[int] | None = None,
) -> None:
    """These test images in this order, twelve at a time, with the answers of those at `places`."""
    images, problem = images_of(contest)
    if problem:
        st.info(problem, icon=":material/hide_image:")
        dataset_status.offer(contest.data)
    place = st.container()
    num_pages = -(-len(indices) // AT_ONCE)
    number = st.pagination(num_pages, key=f"{key} of {len(indices)}") if num_pages > 1 else 1
    shown = indices[(number - 1) * AT_ONCE : number * AT_ONCE]
    with place:
        made = image_cards.cards(contest, shown, images, places=places)
        render.show([Gallery(title=title, hint=hint, cards=made)], key=key)


def images_of(contest: Comparison) -> tuple[np.ndarray | None, str | None]:
    """Test images uint8 [N, 28, 28], or `None` and why they cannot be shown."""
    try:
        images, labels = dataset_status.test_part(contest.data)
    except DataError:
        title = DATASET_TITLES[contest.data]
        return None, f"{title} is not on this machine, so only the answers are shown."
    if not np.array_equal(labels, contest.labels):
        return None, OTHER_IMAGES
    return images, None
