"""The page's body: a view, the picture it is about, what is asked of it, and the answer."""

from collections.abc import Mapping

import streamlit as st

from fmnist_core.explain import controls, panels
from fmnist_core.explain.question import Question
from fmnist_core.explain.views import VIEWS, View
from fmnist_core.predict import asking, bringing, cards, link, ways
from fmnist_core.predict.bringing import Brought
from fmnist_core.predict.said import doubt
from fmnist_core.ui import data_state
from fmnist_core.ui.catalogue import Row
from fmnist_core.ui.image_links import Asked

OPEN = "explain view"
ONE_METHOD = ("layers", "training")
"""Views of one method at a time."""


def arrive(arrived: Asked | None) -> None:
    """Open the view that a link asks for, and a picture at once."""
    if arrived is not None and arrived.view in VIEWS:
        st.session_state[OPEN] = arrived.view
    # Something to look at, where nothing has been brought yet.
    first = ways.TEST_IMAGE if data_state.ready("fashion-mnist") else ways.DRAWN_GARMENT
    st.session_state.setdefault(ways.WAY, first.title)


@st.fragment
def show(models: Mapping[str, Row]) -> None:
    """All of it; a click in it leaves the rest of the page alone."""
    view = _choose()
    if not view.of_one_picture:
        view.load().show(models)
        link.say([row.id for row in models.values()], view=view.key)
        return
    brought = bringing.bring(models)
    with brought.left:
        question = _question(models, brought, view)
    # A container of its own for each view: what stood in the place of another is not taken for it.
    with brought.right, st.container(key=f"explain {view.key}"):
        if question:
            view.load().show(question)
    link.say(
        [row.id for row in models.values()], test=brought.test, data=brought.data, view=view.key
    )


def _question(models: Mapping[str, Row], brought: Brought, view: View) -> Question | None:
    """What the models answer, and the controls."""
    given = brought.given
    if given is None:
        with brought.right:
            st.html(cards.waiting(brought.waiting))
        return None
    if not models:
        return None
    with st.spinner("Loading models …"):
        said = asking.ask(models, given.prepared.image)
    st.html(panels.head(given, said))
    if doubts := doubt(said):
        st.warning(doubts, icon=":material/help:")
    by_name = {each.name: each for each in said}
    return controls.ask(models, given, by_name, one_method=view.key in ONE_METHOD)


def _choose() -> View:
    st.session_state.setdefault(OPEN, next(iter(VIEWS)))
    chosen = st.segmented_control(
        "View", list(VIEWS), format_func=lambda key: VIEWS[key].title, required=True,
        key=OPEN, label_visibility="collapsed", persist_state="session",
    )  # fmt: skip
    view = VIEWS[chosen or next(iter(VIEWS))]
    st.caption(view.hint)
    return view
