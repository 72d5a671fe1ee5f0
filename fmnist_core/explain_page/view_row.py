"""The row of views, and which of them is open."""

import streamlit as st

from fmnist_core.explain_page.views import VIEWS, ExplainView
from fmnist_core.ui import link_problems, sticky_widgets, visits
from fmnist_core.ui.query_params import PageLink

VIEW_KEY = "explain view"
"""Session-state key of the open view."""


def open_link(link: PageLink | None) -> None:
    """Open the view and the cell that a link names; report a view that does not exist."""
    if link is None:
        return
    if link.view is not None and link.view in VIEWS:
        open_view(link.view)
    elif link.view is not None:
        link_problems.add(
            f"This link asks for the view '{link_problems.shorten(link.view)}', which doesn't "
            "exist. Choose one of the views above."
        )
    if link.cell is not None:
        from fmnist_core.explain_page import class_overview

        class_overview.select_cell(*link.cell)


def open_view(key: str) -> None:
    """Open this view from the next rerun on; also for callbacks."""
    st.session_state[VIEW_KEY] = key


def pick_view() -> ExplainView:
    """Draw the row of views and the open one's hint; return the open one."""
    with st.container(key="explain-views"):
        key = sticky_widgets.button_row(
            "View", list(VIEWS), key=VIEW_KEY, format_func=lambda key: VIEWS[key].title
        )
    view = VIEWS[key]
    visits.enter("view", key)
    st.caption(view.hint)
    return view
