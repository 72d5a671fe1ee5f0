"""Compute explanations and their faithfulness; cached per browser session.

A global cache would keep users' uploads after their session has ended.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from fmnist_core.attribution.methods import Method
from fmnist_core.attribution.target import Target, caption
from fmnist_core.errors import LabError
from fmnist_core.explain_page.request import ExplainRequest, ModelRequest
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.runs.run import Run
from fmnist_core.runs.summary import RunSummary

if TYPE_CHECKING:
    from fmnist_core.attribution.faithfulness import Faithfulness
    from fmnist_core.attribution.heatmap import Heatmap
    from fmnist_core.attribution.layers import Layer

COMPUTING = "Computing the heatmap …"
"""What a spinner says meanwhile; Streamlit shows it only if it takes long."""
PROGRESS_DELAY = 0.5
"""Seconds before a progress bar appears."""
MAX_CACHED = 200
"""Heatmaps, and as many faithfulness measurements; one takes 3 to 100 kB."""

Task = tuple[ModelRequest, Method, str | None]
"""A model, a method, and optionally a layer that overrides the selected one."""


@dataclass(frozen=True, kw_only=True)
class HeatmapKey:
    """Everything that determines a heatmap."""

    run: Run
    weights_version: int
    """`Run.weights_version()`: a run trained again has other heatmaps."""
    image: bytes
    method: Method
    target: Target
    layer: str | None = None
    smooth: bool = False

    @property
    def pixels(self) -> np.ndarray:
        """uint8 [28, 28]."""
        return np.frombuffer(self.image, dtype=np.uint8).reshape(IMAGE_SIZE, IMAGE_SIZE)


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """A heatmap with its caption, or the reason why there is none."""

    model: ModelRequest
    method: Method
    caption: str = ""
    layer_number: int | None = None
    """Position among the model's layers, from 1."""
    num_layers: int = 0
    key: HeatmapKey | None = None
    heatmap: "Heatmap | None" = None
    milliseconds: float = 0.0
    problem: str | None = None
    """Why there is nothing to draw, in a sentence."""


def explain_all(request: ExplainRequest) -> list[Explanation]:
    """Explain the prediction of every model with each of its methods."""
    tasks = [(model, method, None) for model in request.models for method in model.methods]
    return explain_tasks(request, tasks)


def explain_tasks(request: ExplainRequest, tasks: Sequence[Task]) -> list[Explanation]:
    """Explain each task; if it takes long, this can be seen, and a click interrupts it."""
    bar, explanations = st.empty(), []
    start = time.monotonic()
    with st.spinner(COMPUTING, show_time=True):
        for index, (model, method, layer) in enumerate(tasks):
            if index and time.monotonic() - start > PROGRESS_DELAY:
                bar.progress(index / len(tasks), text=f"{index} of {len(tasks)} heatmaps")
            explanations.append(_explain(request, model, method, layer=layer))
    bar.empty()
    return explanations


def _explain(
    request: ExplainRequest, model: ModelRequest, method: Method, *, layer: str | None
) -> Explanation:
    probabilities = model.prediction.probabilities
    if model.target is None or probabilities is None:
        return Explanation(model=model, method=method, problem=model.problem)
    try:
        key = HeatmapKey(
            run=model.run.run,
            weights_version=model.run.run.weights_version(),
            image=request.image.pixels.tobytes(),
            method=method,
            target=model.target,
            layer=(layer or model.layer) if method.needs_layer else None,
            smooth=request.smooth and method.needs_layer,
        )
        heatmap, milliseconds = compute_heatmap(key)
        names = [available.name for available in get_layers(model.run)]
    except LabError as error:
        return Explanation(model=model, method=method, problem=str(error))
    return Explanation(
        model=model,
        method=method,
        caption=caption(method, model.target, probabilities),
        layer_number=names.index(heatmap.layer.name) + 1 if heatmap.layer else None,
        num_layers=len(names),
        key=key,
        heatmap=heatmap,
        milliseconds=milliseconds,
        problem=heatmap.problem,
    )


# Streamlit hashes a dataclass field by field, which takes 1 ms for a key; its repr takes 0.1 ms.
@st.cache_resource(
    scope="session", max_entries=MAX_CACHED, show_spinner=False, hash_funcs={HeatmapKey: repr}
)
def compute_heatmap(key: HeatmapKey) -> tuple["Heatmap", float]:
    """Compute a heatmap; returns it and the milliseconds it took. Raises `LabError`."""
    import pytorch_grad_cam  # noqa: F401  # before the clock starts: importing it takes seconds

    from fmnist_core.attribution import explainer
    from fmnist_core.serving.model_cache import MODEL_CACHE

    predictor = MODEL_CACHE.get(key.run)
    start = time.perf_counter()
    heatmap = explainer.explain(
        predictor,
        key.pixels,
        method=key.method,
        target=key.target,
        layer=key.layer,
        smooth=key.smooth,
    )
    return heatmap, 1000 * (time.perf_counter() - start)


@st.cache_resource(
    scope="session", max_entries=MAX_CACHED, show_spinner=False, hash_funcs={HeatmapKey: repr}
)
def measure_faithfulness(key: HeatmapKey) -> "Faithfulness":
    """Measure how faithful a heatmap is; raises `LabError`."""
    from fmnist_core.attribution import explainer, faithfulness
    from fmnist_core.serving.model_cache import MODEL_CACHE

    heatmap, _ = compute_heatmap(key)
    predictor = MODEL_CACHE.get(key.run)
    layer = explainer.get_layer(predictor, key.layer) if key.method.needs_layer else None
    with predictor.lock:
        return faithfulness.measure_faithfulness(
            predictor.model, predictor.input_spec, key.pixels, heatmap,
            method=key.method, target=key.target, layer=layer, smooth=key.smooth,
        )  # fmt: skip


def get_default_layer(run: RunSummary) -> str:
    """Return the name of the layer that is explained by default; raises `LabError`."""
    from fmnist_core.attribution import explainer
    from fmnist_core.serving.model_cache import MODEL_CACHE

    return explainer.get_layer(MODEL_CACHE.get(run.run), None).name


def get_layers(run: RunSummary) -> list["Layer"]:
    """Return the layers of a run's model, shallow to deep; raises `LabError`."""
    from fmnist_core.attribution import explainer
    from fmnist_core.serving.model_cache import MODEL_CACHE

    return explainer.get_layers(MODEL_CACHE.get(run.run))
