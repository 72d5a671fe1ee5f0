"""Predictions for the current image, cached per browser session."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from fmnist_core.charts.palette import RUN_COLORS
from fmnist_core.errors import LabError
from fmnist_core.runs.summary import RunSummary
from fmnist_core.serving import ood_limits
from fmnist_core.serving.ood_limits import ImageOrigin
from fmnist_core.serving.prediction import Prediction

CACHE_KEY = "cached predictions"
"""Session-state key of the last image's bytes and origin, and its predictions by run id: a rerun
with the same image shows the same latency.
"""


def predict(
    models: Mapping[str, RunSummary],
    pixels: np.ndarray,
    *,
    origin: ImageOrigin = "test image",
    cache: bool = True,
) -> list[Prediction]:
    """Predict an image uint8 [28, 28] with each model, in their order and colors.

    `origin` decides when a prediction is marked as not sure (`serving.ood_limits`). Without
    `cache`, the cache keeps the predictions for the previous image.
    """
    cached_image, cached = st.session_state.get(CACHE_KEY, (None, {}))
    image = pixels.tobytes(), origin
    if cached_image != image:
        cached = {}
    with st.spinner("Loading models …"):
        predictions = {
            run.id: cached.get(run.id) or _predict(run, pixels, origin) for run in models.values()
        }
    if cache:
        st.session_state[CACHE_KEY] = (image, predictions)
    labels = zip(models, RUN_COLORS, strict=False)  # there are never more models than colors
    return [
        prediction.with_name_and_color(name, color)
        for prediction, (name, color) in zip(predictions.values(), labels, strict=True)
    ]


def _predict(run: RunSummary, pixels: np.ndarray, origin: ImageOrigin) -> Prediction:
    from fmnist_core.serving.model_cache import MODEL_CACHE

    try:
        batch = MODEL_CACHE.get(run.run).predict(pixels[None])
    except LabError as error:
        return Prediction(error=str(error))
    return Prediction(
        probabilities=batch.probabilities[0],
        milliseconds=1000 * batch.seconds,
        is_unsure=bool(ood_limits.is_unsure(batch.probabilities[0], origin)),
        origin=origin,
        ood_score=None if batch.ood_scores is None else float(batch.ood_scores[0]),
        ood_threshold=batch.ood_threshold,
    )
