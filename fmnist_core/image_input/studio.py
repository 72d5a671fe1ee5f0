"""The page's body: a way in on the left, the answers on the right, the steps below."""

from collections.abc import Mapping

import streamlit as st

from fmnist_core.charts.palette import RUN_COLORS
from fmnist_core.formatting import escape_markdown
from fmnist_core.image_input import photo_controls, picker, sources
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.runs.summary import RunSummary
from fmnist_core.serving.prediction import Prediction, agreement, distance_hint, ood_warning
from fmnist_core.ui import cached_predictions, prediction_cards, query_params


@st.fragment
def show(models: Mapping[str, RunSummary]) -> None:
    """All of it; a stroke draws this anew and nothing else of the page."""
    brought = picker.bring(models)
    given = brought.given
    with brought.left:
        if given and not given.seen:
            st.html(prediction_cards.large(given.preprocessed.steps[0].picture, given.name))
    with brought.right:
        _answers(models, given, brought.waiting)
    _steps(given)
    st.caption(picker.PRIVACY)
    test, data = sources.shown_test_image()
    query_params.write_models([row.id for row in models.values()], test=test, data=data)


def _answers(models: Mapping[str, RunSummary], given: InputImage | None, waiting: str) -> None:
    if given is None:
        st.html(prediction_cards.waiting(waiting))
        st.html(prediction_cards.answers(_silent(models)))
        return
    place = st.empty()
    with st.spinner("Loading models …"):
        said = cached_predictions.ask(models, given.preprocessed.image)
    place.html(prediction_cards.head(agreement(said), given.preprocessed.image, truth=given.label))
    st.html(prediction_cards.answers(said, truth=given.label))
    doubts = ood_warning(said)
    if doubts:
        st.warning(doubts, icon=":material/help:")
    st.page_link(
        "pages/explain.py", label="What made them say that? Explain it", icon=":material/blur_on:"
    )
    st.caption(distance_hint())


def _silent(models: Mapping[str, RunSummary]) -> list[Prediction]:
    return [Prediction(name=name, color=RUN_COLORS[place]) for place, name in enumerate(models)]


def _steps(given: InputImage | None) -> None:
    with st.container():
        if given is None or len(given.preprocessed.steps) == 1:
            return
        st.markdown(f"**What models see** · {escape_markdown(given.name)}")
        if given.preprocessed.warning:
            st.warning(given.preprocessed.warning, icon=":material/lightbulb:")
        st.html(prediction_cards.steps(given.preprocessed.steps))
        if given.photo_key:
            photo_controls.controls(given.photo_key)
