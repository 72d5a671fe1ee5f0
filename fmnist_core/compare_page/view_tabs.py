"""Draw the tabs of the views, and the open view."""

from functools import partial
from html import escape

import streamlit as st

from fmnist_core.compare_page import selection
from fmnist_core.compare_page.views import VIEWS, CompareView
from fmnist_core.comparison_report.html_report import html_report
from fmnist_core.comparison_report.sections import sections_of
from fmnist_core.data import real_photographs
from fmnist_core.runs.comparison import Comparison
from fmnist_core.runs.photograph_comparison import PhotographComparison
from fmnist_core.serving import photograph_predictions
from fmnist_core.ui import browser_state, downloads, run_list

SHIFT = "shift"
"""Key of the view that opens first with the real photographs."""


def draw_views(comparison: Comparison) -> None:
    """Draw the tabs and the open view.

    They are a fragment, so that a click in a view does not rerun the rest of the page.
    """
    st.fragment(_draw_tabs)(comparison)


def _draw_tabs(comparison: Comparison) -> None:
    state = selection.get_selection()
    keys = list(sections_of(comparison))
    on_photographs = isinstance(comparison, PhotographComparison)
    key = f"open view {state.num_links} {on_photographs}"
    first = SHIFT if on_photographs else keys[0]
    open_view = st.container(key="compare-views").segmented_control(
        "View",
        keys,
        default=state.view if state.view in keys else first,
        format_func=lambda key: VIEWS[key].title,
        required=True,
        label_visibility="collapsed",
        key=key,
        on_change=lambda: selection.set_view(st.session_state[key]),
    )
    view = VIEWS[open_view or first]
    with st.container(horizontal=True, vertical_alignment="center", key="view hint"):
        st.html(f'<h2 class="visually-hidden">{escape(view.title)}</h2>', width="content")
        st.caption(view.hint, width="stretch")
        downloads.download_button(
            "HTML report",
            partial(_make_report, comparison),
            file_name="comparison.html",
            icon=":material/download:",
            key="report",
            help="All views of this comparison in one HTML file that opens without the app. It "
            "takes a few seconds to make.",
        )
    if on_photographs:
        st.caption(f"{real_photographs.COUNTING_RULE} {real_photographs.THANKS}")
    # Each view has a container of its own at a place of its own. Streamlit removes old elements
    # only after the script has ended; the style sheet hides them as soon as their view is closed.
    for other in VIEWS:
        state_name = "shown" if other == view.key else "hidden"
        with st.container(key=f"{state_name}-view-{other}"):
            if other == view.key:
                _draw_view(view, comparison)
    browser_state.draw_scroll()


def _make_report(comparison: Comparison) -> str:
    """Write the report; how far the runs fall on the photographs only if that is known."""
    photographs = photograph_predictions.load_comparison(
        [run.summary for run in comparison.runs], comparison.names
    )
    return html_report(comparison, all_runs=run_list.runs(), photographs=photographs)


def _draw_view(view: CompareView, comparison: Comparison) -> None:
    if len(comparison.runs) < view.min_runs:
        st.info("Choose a second run in the table above.", icon=":material/add:")
    else:
        view.load_draw()(comparison)
