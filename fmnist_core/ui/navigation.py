"""The list of pages, and the bar that leads to them.

Streamlit's own menu is hidden: its icons are fetched from Google when one is also a tab's icon, and
on a phone it stays open over the page.
"""

from dataclasses import dataclass

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from fmnist_core.ui import identity, mark

APP_TITLE = "Fashion-MNIST Lab"


@dataclass(frozen=True, kw_only=True)
class PageEntry:
    """One page, as the bar shows it."""

    file: str
    title: str
    icon: str
    is_home: bool = False
    for_teachers: bool = False
    """Whether only teachers see it in the bar; everybody teaches who is alone on the server."""


HOME = PageEntry(file="pages/home.py", title="Home", icon=":material/home:", is_home=True)
TRAIN = PageEntry(file="pages/train.py", title="Train", icon=":material/model_training:")
PREDICT = PageEntry(file="pages/predict.py", title="Predict", icon=":material/draw:")
COMPARE = PageEntry(file="pages/compare.py", title="Compare", icon=":material/compare_arrows:")
EXPLAIN = PageEntry(file="pages/explain.py", title="Explain", icon=":material/visibility:")
DATA = PageEntry(file="pages/data.py", title="Data", icon=":material/apparel:")
LOOK_INSIDE = PageEntry(file="pages/look_inside.py", title="Look inside", icon=":material/schema:")
SEARCH = PageEntry(file="pages/search.py", title="Search", icon=":material/manage_search:")
HEALTH = PageEntry(
    file="pages/health.py", title="Health", icon=":material/monitor_heart:", for_teachers=True
)
PAGES = (HOME, TRAIN, PREDICT, COMPARE, EXPLAIN, DATA, LOOK_INSIDE, SEARCH, HEALTH)
"""In the order of the path: train your own, try it, compare it, see what it looked at; then what
a course or a teacher needs."""


def current_page() -> StreamlitPage:
    """Register the pages and return the one in the URL."""
    return st.navigation(
        [st.Page(entry.file, title=entry.title, default=entry.is_home) for entry in PAGES],
        position="hidden",
    )


def draw_bar(current_title: str) -> None:
    """Draw the links to the pages; on a phone they are at the bottom (`styles/base.css`)."""
    is_teacher = identity.is_teacher()
    with st.container(key="navigation", horizontal=True):
        st.html(
            f'<div class="lab-brand"><img src="{mark.mark_url()}" alt="">{APP_TITLE}</div>',
            width="content",
        )
        for entry in PAGES:
            if entry.for_teachers and not is_teacher:
                continue
            name = "current" if entry.title == current_title else entry.title
            with st.container(key=f"nav-{name}", width="content"):
                st.page_link(entry.file, label=entry.title, icon=entry.icon)
