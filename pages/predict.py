"""Predict: draw, photograph or upload a garment and see every model's prediction."""

from collections.abc import Mapping

import streamlit as st

from fmnist_core.image_input import picker, preprocessing_steps, sources
from fmnist_core.runs.summary import RunSummary
from fmnist_core.serving.prediction import distance_hint
from fmnist_core.ui import (
    cached_predictions,
    model_picker,
    page,
    prediction_cards,
    query_params,
    run_list,
)


@st.fragment
def draw_body(models: Mapping[str, RunSummary]) -> None:
    """Draw everything below the choice of models; as a fragment, so a stroke reruns only this."""
    picked = picker.pick_image()  # draw, upload, camera, test image, synthetic example
    if sources.has_batch():
        picked = picker.pick_from_batch(models, picked)
    image = picked.image
    with picked.left:
        preprocessing_steps.draw_original(image)
    with picked.right:
        if image is None:
            prediction_cards.draw_placeholder(models, picked.hint)
        else:
            predictions = cached_predictions.predict(models, image.pixels)
            prediction_cards.draw_predictions(predictions, image.pixels, label=image.label)
            st.page_link(
                "pages/explain.py", label="Why did they say that?", icon=":material/blur_on:"
            )
            st.caption(distance_hint())
    preprocessing_steps.draw_steps(image)
    st.caption(picker.PRIVACY)
    test_index, data = sources.shown_test_image()
    query_params.write_models([run.id for run in models.values()], test_index=test_index, data=data)


page.frame("Predict", "Draw, photograph or upload a garment, and see what each model thinks it is.")
link = query_params.read_link()
sources.open_link(link)
models = model_picker.pick_models(run_list.runs(), link)
draw_body(models)
model_picker.preload(models)
