"""The picture that the page opens with while the user has chosen none."""

import streamlit as st

from fmnist_core.image_input import dataset_image, sources
from fmnist_core.ui import dataset_status

TEST_INDEX = 0
"""An ankle boot: its outline, its sole and its shaft each light up other feature maps.

Its left and right, and its top and bottom differ, so that filters for edges in one direction can be
told from those for the opposite one.
"""
SYNTHETIC_LABEL, SYNTHETIC_SEED = 9, 1
"""The same without Fashion-MNIST: a synthetic ankle boot."""


OPENED = "look inside opened"
"""Session-state key: whether the page has been drawn in this session."""


def open_first_image() -> None:
    """Open the first picture on the first visit, unless a link names one or there is a drawing.

    What the user has picked on another page stays.
    """
    is_first_visit = OPENED not in st.session_state
    st.session_state[OPENED] = True
    if not is_first_visit or not sources.is_untouched():
        return
    if dataset_status.is_available("fashion-mnist"):
        if dataset_image.selected_test_image()[0] is None:
            dataset_image.show_test_image(TEST_INDEX, "fashion-mnist")
        sources.open_source(sources.TEST_IMAGE)
    else:
        dataset_image.show_synthetic(SYNTHETIC_LABEL, SYNTHETIC_SEED)
        sources.open_source(sources.SYNTHETIC)
