"""Draw how the recipes differ, the tabs of the views, and the open view."""

from functools import partial

import streamlit as st

from fmnist_core.compare_page import selection
from fmnist_core.compare_page.views import VIEWS
from fmnist_core.comparison_report.html_report import html_report
from fmnist_core.comparison_report.recipe_differences import describe_differences
from fmnist_core.runs.comparison import Comparison
from fmnist_core.ui import run_list


def draw_views(comparison: Comparison) -> None:
    """Draw the recipe differences, the tabs and the open view.

    The tabs are a fragment, so that a click in a view does not rerun the rest of the page.
    """
    with st.container():
        if sentences := describe_differences(comparison):
            st.markdown("  \n".join(sentences))
    st.fragment(_draw_tabs)(comparison)


def _draw_tabs(comparison: Comparison) -> None:
    state = selection.get_selection()
    key = f"open view {state.num_links}"
    first = next(iter(VIEWS))
    open_view = st.segmented_control(
        "View",
        list(VIEWS),
        default=state.view if state.view in VIEWS else first,
        format_func=lambda key: VIEWS[key].title,
        required=True,
        label_visibility="collapsed",
        key=key,
        on_change=lambda: selection.set_view(st.session_state[key]),
    )
    view = VIEWS[open_view or first]
    with st.container(horizontal=True, vertical_alignment="center", key="view hint"):
        st.caption(view.hint, width="stretch")
        st.download_button(
            "HTML report",
            partial(html_report, comparison, all_runs=run_list.runs()),
            file_name="comparison.html",
            mime="text/html",
            icon=":material/download:",
            key="report",
            help="All views of this comparison in one HTML file that opens without the app.",
            on_click="ignore",
        )
    # Each view has its own container, so that Streamlit does not take an element of one view for
    # the element at the same position in another.
    with st.container(key=f"view {view.key}"):
        if len(comparison.runs) < view.min_runs:
            st.info("Choose a second run in the table above.", icon=":material/add:")
        else:
            view.load_draw()(comparison)
