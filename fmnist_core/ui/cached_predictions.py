"""Ask models about an image; what they said of it is kept for this browser alone."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from fmnist_core.charts.palette import RUN_COLORS
from fmnist_core.errors import LabError
from fmnist_core.runs.summary import RunSummary
from fmnist_core.serving.prediction import Prediction

KEPT = "answers to the image"
"""Of the last image: another run of the page shows the same latency."""


def ask(
    models: Mapping[str, RunSummary], image: np.ndarray, *, keep: bool = True
) -> list[Prediction]:
    """What each says of an image uint8 [28, 28], in their order.

    Without `keep` the answers to the image before, to which this one is compared, stay.
    """
    kept_image, kept = st.session_state.get(KEPT, (None, {}))
    asked = image.tobytes()
    if kept_image != asked:
        kept = {}
    said = {name: kept.get(row.id) or _ask(row, image) for name, row in models.items()}
    if keep:
        st.session_state[KEPT] = (asked, {models[name].id: each for name, each in said.items()})
    coloured = zip(said.items(), RUN_COLORS, strict=False)  # there are never more models
    return [each.labeled(name, colour) for (name, each), colour in coloured]


def _ask(row: RunSummary, image: np.ndarray) -> Prediction:
    from fmnist_core.serving.model_cache import MODEL_CACHE

    try:
        answers = MODEL_CACHE.get(row.run).predict(image[None])
    except LabError as error:
        return Prediction(error=str(error))
    return Prediction(
        probabilities=answers.probabilities[0],
        milliseconds=1000 * answers.seconds,
        is_ood=bool(answers.is_ood[0]),
        ood_score=None if answers.ood_scores is None else float(answers.ood_scores[0]),
        ood_threshold=answers.ood_threshold,
    )
