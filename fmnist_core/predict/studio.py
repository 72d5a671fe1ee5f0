"""The page's body: a way in on the left, the answers on the right, the steps below."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fmnist_core.predict import asking, cards, correcting, link, many, sample, ways
from fmnist_core.predict.given import Given
from fmnist_core.predict.many import Work
from fmnist_core.predict.said import Said, distance_hint, doubt, headline
from fmnist_core.ui.catalogue import Row
from fmnist_core.ui.charts import RUN_COLOURS
from fmnist_core.ui.wording import escaped

PRIVACY = (
    "What you draw, photograph or upload is kept in memory for this browser session only. It is "
    "never written to disk and never logged."
)
WIDTH = 340
"""Of a way's controls, in pixels; a telephone has room for that."""
CHOOSE_ROW = "Click a row of the table to see what every model says of that picture."


@st.fragment
def show(models: Mapping[str, Row]) -> None:
    """All of it; a stroke draws this anew and nothing else of the page."""
    way = ways.choose()
    row, left = _row()
    with left:
        handed = way.ask(models)
    waiting = way.waiting
    if isinstance(handed, Work):
        handed = many.table(handed)
        row, left = _row()
        waiting = CHOOSE_ROW
    given = handed
    with left:
        if given and not given.seen:
            st.html(cards.large(given.prepared.steps[0].picture, given.name))
    with row, st.container():
        _answers(models, given, waiting)
    _steps(given)
    st.caption(PRIVACY)
    number, data = sample.shown()
    shows_test_image = way is ways.TEST_IMAGE
    link.say(
        [row.id for row in models.values()], test=number if shows_test_image else None, data=data
    )


def _row() -> tuple[DeltaGenerator, DeltaGenerator]:
    """A row, and the place for controls at its left; on a telephone the rest comes below."""
    row = st.container(horizontal=True, gap="large")
    return row, row.container(width=WIDTH)


def _answers(models: Mapping[str, Row], given: Given | None, waiting: str) -> None:
    if given is None:
        st.html(cards.waiting(waiting))
        st.html(cards.answers(_silent(models)))
        return
    place = st.empty()
    with st.spinner("Loading models …"):
        said = asking.ask(models, given.prepared.image)
    place.html(cards.head(headline(said), given.prepared.image, truth=given.truth))
    st.html(cards.answers(said, truth=given.truth))
    doubts = doubt(said)
    if doubts:
        st.warning(doubts, icon=":material/help:")
    st.caption(distance_hint())


def _silent(models: Mapping[str, Row]) -> list[Said]:
    return [Said(name=name, colour=RUN_COLOURS[place]) for place, name in enumerate(models)]


def _steps(given: Given | None) -> None:
    with st.container():
        if given is None or len(given.prepared.steps) == 1:
            return
        st.markdown(f"**What models see** · {escaped(given.name)}")
        if given.prepared.warning:
            st.warning(given.prepared.warning, icon=":material/lightbulb:")
        st.html(cards.steps(given.prepared.steps))
        if given.photo_key:
            correcting.controls(given.photo_key)
