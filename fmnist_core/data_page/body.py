"""Layout of the Data page: the row of views, the choice of data, and the open view."""

import streamlit as st

from fmnist_core.data.datasets import DATASET_TITLES, DatasetKey
from fmnist_core.data_page import state
from fmnist_core.data_page.views import VIEWS
from fmnist_core.errors import DataError
from fmnist_core.formatting import escape_markdown
from fmnist_core.ui import dataset_status, link_problems, sticky_widgets, visits

NO_DATA = (
    "Fashion-MNIST is not on this machine: these are synthetic garments, which the computer draws "
    "itself. They show the same ten classes."
)
MISSING = "Fashion-MNIST is not on this machine. Download it below, or look at synthetic garments."


def open_link() -> None:
    """Show what a link asks for."""
    state.follow_link(list(VIEWS))
    if state.key("data") not in st.session_state:
        has_data = dataset_status.is_available("fashion-mnist")
        state.put(data="fashion-mnist" if has_data else "drawn")


@st.fragment
def draw_body() -> None:
    """Draw everything below the title; as a fragment, so a click reruns only this."""
    with st.container(key="data-top"):
        with st.container(key="data-views"):
            view_key = sticky_widgets.button_row(
                "View", list(VIEWS), key=state.key("view"),
                format_func=lambda key: VIEWS[key].title,
            )  # fmt: skip
        data: DatasetKey = sticky_widgets.selectbox(
            "Data set", list(DATASET_TITLES), key=state.key("data"), width=210,
            format_func=DATASET_TITLES.__getitem__,
        )  # fmt: skip
    view = VIEWS[view_key]
    visits.enter("view", view.key)
    has_fashion_mnist = dataset_status.is_available("fashion-mnist")
    st.caption(view.hint if data == "fashion-mnist" or has_fashion_mnist else NO_DATA)
    problems = st.container()
    # Each view has its own container: otherwise Streamlit mistakes its elements for those of the
    # previous view.
    with st.container(key=f"data {view.key}"):
        if dataset_status.is_available(data):
            try:
                view.load_draw()(data)
            except DataError as error:
                st.error(escape_markdown(str(error)), icon=":material/hide_image:")
        else:
            st.info(MISSING, icon=":material/hide_image:")
    with problems:  # last, as a view may find that a model of the link is not here
        link_problems.draw()
    dataset_status.offer_download("fashion-mnist")
    state.write_params()
