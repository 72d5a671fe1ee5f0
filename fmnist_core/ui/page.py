"""The list of pages, and the frame they share."""

from dataclasses import dataclass

import streamlit as st
from PIL import Image
from streamlit.navigation.page import StreamlitPage

from fmnist_core.synthetic.garments import draw_garment
from fmnist_core.ui import sidebar_status, visits

APP_TITLE = "Fashion-MNIST Lab"
ROUTED = "routed"
"""Session-state key: whether the router has run in this session."""


@dataclass(frozen=True, kw_only=True)
class PageEntry:
    """One page, as the navigation and the links on Home show it."""

    file: str
    title: str
    icon: str
    summary: str
    is_home: bool = False


PAGES = (
    PageEntry(
        file="pages/home.py",
        title="Home",
        icon=":material/home:",
        summary="What this app does, and what is ready.",
        is_home=True,
    ),
    PageEntry(
        file="pages/train.py",
        title="Train",
        icon=":material/model_training:",
        summary="Choose a model and a preset, press Train, and watch it learn.",
    ),
    PageEntry(
        file="pages/compare.py",
        title="Compare",
        icon=":material/compare:",
        summary="Which model is better, where, and is the difference real?",
    ),
    PageEntry(
        file="pages/predict.py",
        title="Predict",
        icon=":material/draw:",
        summary="Draw, photograph or upload a garment, and see what each model thinks it is.",
    ),
    PageEntry(
        file="pages/explain.py",
        title="Explain",
        icon=":material/blur_on:",
        summary="See which parts of the picture the model used, and check whether the heatmap is "
        "telling the truth.",
    ),
)


def route() -> None:
    """Show the page in the URL; the only call in `streamlit_app.py`."""
    st.session_state[ROUTED] = True
    current = _navigation()
    with st.sidebar:
        sidebar_status.draw_status()
    current.run()


def frame(entry_title: str, lead: str) -> None:
    """Draw the title and the first sentence of a page; each page calls it first."""
    if ROUTED not in st.session_state:
        # A fresh server answers a deep link by running the page's file alone (Streamlit 1.67);
        # listing the pages and rerunning brings the router in.
        _navigation()
        st.rerun()
    visits.enter("page", entry_title)
    entry = next(entry for entry in PAGES if entry.title == entry_title)
    title = APP_TITLE if entry.is_home else f"{entry.title} · {APP_TITLE}"
    st.set_page_config(page_title=title, page_icon=_icon(), layout="wide")
    st.title(APP_TITLE if entry.is_home else entry.title, anchor=False)
    st.markdown(lead)


def link_to_pages() -> None:
    """Link to every other page, with its summary."""
    entries = [entry for entry in PAGES if not entry.is_home]
    with st.container(horizontal=True):
        for entry in entries:
            with st.container(border=True, width=320):
                st.page_link(entry.file, label=f"**{entry.title}**", icon=entry.icon)
                st.caption(entry.summary)


def _navigation() -> StreamlitPage:
    # Without icons: for its tab, the browser would fetch them from Google.
    return st.navigation(
        [st.Page(entry.file, title=entry.title, default=entry.is_home) for entry in PAGES]
    )


@st.cache_resource(show_spinner=False)
def _icon() -> Image.Image:
    """Draw the icon of the browser's tab, a T-shirt."""
    return Image.fromarray(draw_garment(0, seed=3))
