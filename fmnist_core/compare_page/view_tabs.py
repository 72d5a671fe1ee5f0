"""The switch between the views of a comparison, and the one that is open."""

from functools import partial

import streamlit as st

from fmnist_core.compare_page import html_report, selection
from fmnist_core.compare_page.views import VIEWS
from fmnist_core.runs.comparison import Comparison

OPEN = "open view"


def show(contest: Comparison) -> None:
    """The switch, and the open view; what happens in it leaves the rest of the page alone."""
    st.fragment(_show)(contest)


def _show(contest: Comparison) -> None:
    key = f"{OPEN} {st.session_state[selection.ARRIVALS]}"
    chosen = st.segmented_control(
        "View",
        list(VIEWS),
        default=selection.view() if selection.view() in VIEWS else next(iter(VIEWS)),
        format_func=lambda key: VIEWS[key].title,
        required=True,
        label_visibility="collapsed",
        key=key,
        on_change=lambda: selection.say_view(st.session_state[key]),
    )
    view = VIEWS[chosen or next(iter(VIEWS))]
    with st.container(horizontal=True, vertical_alignment="center", key="view hint"):
        st.caption(view.hint, width="stretch")
        st.download_button(
            "Report",
            partial(html_report.html, contest),
            file_name="comparison.html",
            mime="text/html",
            icon=":material/download:",
            key="report",
            help="All views of this comparison in one HTML file that opens without the app.",
            on_click="ignore",
        )
    # A container of its own for each view: what stood in the place of another is not taken for it.
    with st.container(key=f"view {view.key}"):
        if len(contest.runs) < view.at_least:
            st.info("Pick a second run in the table above.", icon=":material/add:")
        else:
            view.load().show(contest)
