"""Layout of the Explain page: the explanation, and beside it a panel with picture and options."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fmnist_core.explain_page import compute, controls, heatmap_cards, view_row
from fmnist_core.explain_page.request import ExplainRequest
from fmnist_core.explain_page.views import ExplainView
from fmnist_core.formatting import escape_markdown
from fmnist_core.image_input import batch_upload, picker, sources
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.runs.summary import RunSummary
from fmnist_core.serving.prediction import unsure_warning
from fmnist_core.ui import (
    cached_predictions,
    link_problems,
    model_picker,
    prediction_cards,
    query_params,
    run_list,
)
from fmnist_core.ui.query_params import PageLink

LINK_KEY = "explain link"
"""Session-state key of a link whose models are still to be picked."""


def open_link(link: PageLink | None) -> None:
    """Open the view and pick the models that a link names."""
    if link is not None:
        st.session_state[LINK_KEY] = link
    view_row.open_link(link)


@st.fragment
def draw_body() -> None:
    """Draw everything below the title; as a fragment, so a click reruns only this."""
    view = view_row.pick_view()
    models: Mapping[str, RunSummary] = {}
    link = st.session_state.pop(LINK_KEY, None)
    if view.needs_models:
        models = model_picker.pick_models(run_list.runs(), link)
    else:
        model_picker.follow_link(run_list.runs(), link)
    link_problems.draw()
    if view.needs_image:
        _draw_image_view(view, models)
    else:
        with st.container(key=f"explain {view.key}"):
            view.load_draw()(models)
    query_params.write(_params(view))
    model_picker.preload(models)


def _draw_image_view(view: ExplainView, models: Mapping[str, RunSummary]) -> None:
    """The explanation comes first on the page, but its panel decides what is explained."""
    with st.container(key="explain-body"):
        stage, panel = st.container(key="explain-stage"), st.container(key="explain-panel")
    with panel:
        st.header("Picture", anchor=False)
        source = sources.pick_source()
        image, hint = source.draw(), source.hint
    if sources.has_batch():
        image, hint = _pick_from_batch(models, image, hint, stage=stage, panel=panel)
    if image is None:
        stage.html(prediction_cards.placeholder_html(hint))
    else:
        # The first answer loads the models, which takes seconds.
        with stage, st.spinner(compute.COMPUTING, show_time=True), panel:
            request = _draw_request(models, image, view)
        # Each view has its own container: otherwise Streamlit mistakes its elements for those of
        # the previous view.
        with stage, st.container(key=f"explain {view.key}"):
            if models or not view.needs_models:
                view.load_draw()(request)
    panel.caption(picker.PRIVACY)
    panel.page_link(
        "pages/look_inside.py", label="Look inside the network", icon=":material/schema:",
        query_params=_params(),
    )  # fmt: skip
    panel.page_link(
        "pages/data.py", label="What is similar?", icon=":material/scatter_plot:",
        query_params=_params() | prediction_cards.MAP_PARAMS,
    )  # fmt: skip


def _params(view: ExplainView | None = None) -> dict[str, str]:
    """The query parameters of models and image, and of a view of this page."""
    test_index, data = sources.shown_test_image()
    return query_params.to_params(
        model_picker.picked_ids(), test_index=test_index, data=data,
        view=None if view is None else view.key, source=sources.open_key(),
        photograph=sources.shown_photograph(),
    )  # fmt: skip


def _pick_from_batch(
    models: Mapping[str, RunSummary],
    image: InputImage | None,
    hint: str,
    *,
    stage: DeltaGenerator,
    panel: DeltaGenerator,
) -> tuple[InputImage | None, str]:
    """Draw the table of the uploaded batch; return the image of the selected row and a hint."""
    with panel:
        run = batch_upload.pick_model(models)
    if run is None:
        return image, hint
    with stage:
        return batch_upload.draw_batch_table(run), picker.SELECT_ROW


def _draw_request(
    models: Mapping[str, RunSummary], image: InputImage, view: ExplainView
) -> ExplainRequest:
    """Draw the predictions, warnings and options; return the selected settings."""
    predictions = cached_predictions.predict(models, image.pixels, origin=image.origin)
    st.html(heatmap_cards.header_html(image, predictions))
    if warning := unsure_warning(predictions):
        st.caption(warning)
    if image.preprocessed.warning:
        st.warning(image.preprocessed.warning, icon=":material/lightbulb:")
    if image.photo_key:
        st.page_link(
            "pages/predict.py", label=f"Wrong outline of {escape_markdown(image.name)}? Mend it",
            icon=":material/tune:",
        )  # fmt: skip
    by_name = {prediction.name: prediction for prediction in predictions}
    with st.expander("Options", icon=":material/tune:", key="explain-options"):
        return controls.draw_controls(models, image, by_name, view)
