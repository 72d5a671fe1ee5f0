"""Predict: draw, photograph or upload a garment and see every model's prediction."""

from collections.abc import Mapping

import streamlit as st

from fmnist_core.image_input import picker, preprocessing_steps, sources
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import (
    cached_predictions,
    imagenet_card,
    link_problems,
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
    test_index, data = sources.shown_test_image()
    params = query_params.to_params(
        [run.id for run in models.values()],
        test_index=test_index, data=data, source=sources.open_key(),
        photograph=sources.shown_photograph(),
    )  # fmt: skip
    with picked.left:
        preprocessing_steps.draw_original(image)
        preprocessing_steps.draw_warning(image)
    if image is None:
        prediction_cards.draw_placeholder(picked.hint, container=picked.summary)
        with picked.right:
            prediction_cards.draw_empty_cards(models)
    else:
        predictions = cached_predictions.predict(models, image.pixels, origin=image.origin)
        prediction_cards.draw_summary(
            predictions,
            image.pixels,
            truth=image.truth,
            container=picked.summary,
        )
        with picked.right:
            prediction_cards.draw_predictions(predictions, accepted=image.accepted)
            prediction_cards.draw_explain_link(params)
    preprocessing_steps.draw_steps(image)
    st.caption(picker.PRIVACY)
    query_params.write(params)
    imagenet_card.draw_card(image.photo if image else None, container=picked.right)


page.frame("Predict", "Draw, photograph or upload a garment, and see what each model thinks it is.")
link = query_params.read_link()
sources.open_link(link)
models = model_picker.pick_models(run_list.runs(), link)
link_problems.draw()
draw_body(models)
model_picker.preload(models)
