"""The page's body: a way in on the left, the answers on the right, the steps below."""

from collections.abc import Mapping

import streamlit as st

from fmnist_core.formatting import escaped
from fmnist_core.predict import asking, bringing, cards, correcting, link, ways
from fmnist_core.predict.given import Given
from fmnist_core.runs.summary import RunSummary
from fmnist_core.serving.prediction import Prediction, agreement, distance_hint, ood_warning
from fmnist_core.ui.charts import RUN_COLOURS


@st.fragment
def show(models: Mapping[str, RunSummary]) -> None:
    """All of it; a stroke draws this anew and nothing else of the page."""
    brought = bringing.bring(models)
    given = brought.given
    with brought.left:
        if given and not given.seen:
            st.html(cards.large(given.prepared.steps[0].picture, given.name))
    with brought.right:
        _answers(models, given, brought.waiting)
    _steps(given)
    st.caption(bringing.PRIVACY)
    test, data = ways.test_image()
    link.say([row.id for row in models.values()], test=test, data=data)


def _answers(models: Mapping[str, RunSummary], given: Given | None, waiting: str) -> None:
    if given is None:
        st.html(cards.waiting(waiting))
        st.html(cards.answers(_silent(models)))
        return
    place = st.empty()
    with st.spinner("Loading models …"):
        said = asking.ask(models, given.prepared.image)
    place.html(cards.head(agreement(said), given.prepared.image, truth=given.truth))
    st.html(cards.answers(said, truth=given.truth))
    doubts = ood_warning(said)
    if doubts:
        st.warning(doubts, icon=":material/help:")
    st.page_link(
        "pages/explain.py", label="What made them say that? Explain it", icon=":material/blur_on:"
    )
    st.caption(distance_hint())


def _silent(models: Mapping[str, RunSummary]) -> list[Prediction]:
    return [Prediction(name=name, colour=RUN_COLOURS[place]) for place, name in enumerate(models)]


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
