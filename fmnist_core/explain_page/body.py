"""The page's body: a view, the picture it is about, what is asked of it, and the answer."""

from collections.abc import Mapping

import streamlit as st

from fmnist_core.explain_page import controls, heatmap_cards
from fmnist_core.explain_page.request import ExplainRequest
from fmnist_core.explain_page.views import VIEWS, ExplainView
from fmnist_core.formatting import escape_markdown
from fmnist_core.image_input import picker, sources
from fmnist_core.image_input.picker import PickedImage
from fmnist_core.runs.summary import RunSummary
from fmnist_core.serving.prediction import ood_warning
from fmnist_core.ui import (
    cached_predictions,
    dataset_status,
    navigation,
    prediction_cards,
    query_params,
    sticky_widgets,
)
from fmnist_core.ui.query_params import LinkedImage

OPEN = "explain view"


def arrive(arrived: LinkedImage | None) -> None:
    """Open the view that a link asks for, and a picture at once."""
    if arrived is not None and arrived.view in VIEWS:
        st.session_state[OPEN] = arrived.view
    if arrived is not None and arrived.cell is not None:
        from fmnist_core.explain_page import class_overview

        class_overview.arrive(*arrived.cell)
    if sticky_widgets.is_first_render(OPEN) and sources.is_untouched():
        # Something to look at, where nothing has been brought yet.
        sources.open_source(
            sources.TEST_IMAGE
            if dataset_status.is_available("fashion-mnist")
            else sources.SYNTHETIC
        )


@st.fragment
def show(models: Mapping[str, RunSummary]) -> None:
    """All of it; a click in it leaves the rest of the page alone."""
    view = _choose()
    if view.of_one_picture:
        _of_picture(view, models)
    else:
        with st.container(key=f"explain {view.key}"):
            view.load_draw()(models)
    test, data = sources.shown_test_image()
    query_params.write_models(
        [row.id for row in models.values()], test=test, data=data, view=view.key
    )


def _choose() -> ExplainView:
    key = sticky_widgets.button_row(
        "View", list(VIEWS), key=OPEN, format_func=lambda key: VIEWS[key].title
    )
    view = VIEWS[key]
    navigation.enter("view", key)
    st.caption(view.hint)
    return view


def _of_picture(view: ExplainView, models: Mapping[str, RunSummary]) -> None:
    picked = picker.pick_image()
    if sources.has_batch():
        picked = picker.pick_from_batch(models, picked)
    with picked.left:
        question = _question(models if view.of_models else {}, picked, view)
    # A container of its own for each view: what stood in the place of another is not taken for it.
    with picked.right, st.container(key=f"explain {view.key}"):
        if question and (models or not view.of_models):
            view.load_draw()(question)
    st.caption(picker.PRIVACY)


def _question(
    models: Mapping[str, RunSummary], picked: PickedImage, view: ExplainView
) -> ExplainRequest | None:
    """What the models answer, and the controls."""
    given = picked.image
    if given is None:
        with picked.right:
            st.html(prediction_cards.placeholder_html(picked.hint))
        return None
    said = cached_predictions.predict(models, given.pixels)
    st.html(heatmap_cards.head(given, said))
    if doubts := ood_warning(said):
        st.warning(doubts, icon=":material/help:")
    if given.preprocessed.warning:
        st.warning(given.preprocessed.warning, icon=":material/lightbulb:")
    if given.photo_key:
        st.page_link(
            "pages/predict.py", label=f"Wrong cut-out of {escape_markdown(given.name)}? Adjust it",
            icon=":material/tune:",
        )  # fmt: skip
    by_name = {each.name: each for each in said}
    return controls.ask(models, given, by_name, view)
