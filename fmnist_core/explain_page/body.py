"""Layout of the Explain page: a view, the image it explains, the controls and the explanation."""

from collections.abc import Mapping

import streamlit as st

from fmnist_core.explain_page import controls, heatmap_cards
from fmnist_core.explain_page.request import ExplainRequest
from fmnist_core.explain_page.views import VIEWS, ExplainView
from fmnist_core.formatting import escape_markdown
from fmnist_core.image_input import picker, sources
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.runs.summary import RunSummary
from fmnist_core.serving.prediction import ood_warning
from fmnist_core.ui import (
    cached_predictions,
    dataset_status,
    prediction_cards,
    query_params,
    sticky_widgets,
    visits,
)
from fmnist_core.ui.query_params import PageLink

VIEW_KEY = "explain view"
"""Session-state key of the open view."""


def open_link(link: PageLink | None) -> None:
    """Open the view that a link names; without one, make sure that there is an image to explain."""
    if link is not None and link.view in VIEWS:
        st.session_state[VIEW_KEY] = link.view
    if link is not None and link.cell is not None:
        from fmnist_core.explain_page import class_overview

        class_overview.select_cell(*link.cell)
    if sticky_widgets.is_first_render(VIEW_KEY) and sources.is_untouched():
        has_data = dataset_status.is_available("fashion-mnist")
        sources.open_source(sources.TEST_IMAGE if has_data else sources.SYNTHETIC)


@st.fragment
def draw_body(models: Mapping[str, RunSummary]) -> None:
    """Draw everything below the choice of models; as a fragment, so a click reruns only this."""
    view = _pick_view()
    if view.needs_image:
        _draw_image_view(view, models)
    else:
        with st.container(key=f"explain {view.key}"):
            view.load_draw()(models)
    test_index, data = sources.shown_test_image()
    query_params.write_models(
        [run.id for run in models.values()], test_index=test_index, data=data, view=view.key
    )


def _pick_view() -> ExplainView:
    key = sticky_widgets.button_row(
        "View", list(VIEWS), key=VIEW_KEY, format_func=lambda key: VIEWS[key].title
    )
    view = VIEWS[key]
    visits.enter("view", key)
    st.caption(view.hint)
    return view


def _draw_image_view(view: ExplainView, models: Mapping[str, RunSummary]) -> None:
    picked = picker.pick_image()
    if sources.has_batch():
        picked = picker.pick_from_batch(models, picked)
    if picked.image is None:
        picked.right.html(prediction_cards.placeholder_html(picked.hint))
    else:
        with picked.left:
            request = _draw_request(models if view.needs_models else {}, picked.image, view)
        # Each view has its own container: otherwise Streamlit mistakes its elements for those of
        # the previous view.
        with picked.right, st.container(key=f"explain {view.key}"):
            if models or not view.needs_models:
                view.load_draw()(request)
    st.caption(picker.PRIVACY)


def _draw_request(
    models: Mapping[str, RunSummary], image: InputImage, view: ExplainView
) -> ExplainRequest:
    """Draw the predictions, warnings and controls; return the selected settings."""
    predictions = cached_predictions.predict(models, image.pixels)
    st.html(heatmap_cards.header_html(image, predictions))
    if warning := ood_warning(predictions):
        st.warning(warning, icon=":material/help:")
    if image.preprocessed.warning:
        st.warning(image.preprocessed.warning, icon=":material/lightbulb:")
    if image.photo_key:
        st.page_link(
            "pages/predict.py", label=f"Wrong cut-out of {escape_markdown(image.name)}? Adjust it",
            icon=":material/tune:",
        )  # fmt: skip
    by_name = {prediction.name: prediction for prediction in predictions}
    return controls.draw_controls(models, image, by_name, view)
