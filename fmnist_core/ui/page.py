"""The frame that every page shares, and the list of pages."""

from dataclasses import dataclass

import streamlit as st
from PIL import Image
from streamlit.navigation.page import StreamlitPage

from fmnist_core.synthetic.garments import draw_garment
from fmnist_core.ui import navigation, sidebar_status

APP_TITLE = "Fashion-MNIST Lab"


@dataclass(frozen=True, kw_only=True)
class PageEntry:
    """One page: what the navigation and the doors on the home page say of it."""

    file: str
    title: str
    icon: str
    summary: str
    home: bool = False


PAGES = (
    PageEntry(
        file="pages/home.py",
        title="Home",
        icon=":material/home:",
        summary="What this is, and what is ready.",
        home=True,
    ),
    PageEntry(
        file="pages/train.py",
        title="Train",
        icon=":material/model_training:",
        summary="Choose a model and a recipe, press Train, and watch it learn.",
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
        summary="Draw, photograph or upload a garment, and see what every model says of it.",
    ),
    PageEntry(
        file="pages/explain.py",
        title="Explain",
        icon=":material/blur_on:",
        summary="See where in the picture the evidence lies, and whether that can be trusted.",
    ),
)


def route() -> None:
    """Show the page that the address names: all that the entry script does."""
    st.session_state["routed"] = True
    shown = _navigation()
    with st.sidebar:
        sidebar_status.draw_status()
    shown.run()


def frame(entry_title: str, lead: str) -> None:
    """Title and first sentence of a page; each page calls it first."""
    if "routed" not in st.session_state:
        # A fresh server answers a deep link by running the page's file alone; naming the pages
        # and asking again brings the router in.
        _navigation()
        st.rerun()
    navigation.enter("page", entry_title)
    entry = next(entry for entry in PAGES if entry.title == entry_title)
    title = APP_TITLE if entry.home else f"{entry.title} · {APP_TITLE}"
    st.set_page_config(page_title=title, page_icon=_icon(), layout="wide")
    st.title(APP_TITLE if entry.home else entry.title, anchor=False)
    st.markdown(lead)


def link_to_pages() -> None:
    """A link to every other page, with what it is for."""
    entries = [entry for entry in PAGES if not entry.home]
    with st.container(horizontal=True):
        for entry in entries:
            with st.container(border=True, width=320):
                st.page_link(entry.file, label=f"**{entry.title}**", icon=entry.icon)
                st.caption(entry.summary)


def _navigation() -> StreamlitPage:
    # Without icons: Streamlit would have the browser fetch them from Google, for its tab.
    return st.navigation(
        [st.Page(entry.file, title=entry.title, default=entry.home) for entry in PAGES]
    )


@st.cache_resource(show_spinner=False)
def _icon() -> Image.Image:
    """For the browser's tab: a drawn T-shirt."""
    return Image.fromarray(draw_garment(0, seed=3))
