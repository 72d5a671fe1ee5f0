"""Ask models for heatmaps and for how far they are to be trusted; kept for this browser alone."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import streamlit as st

from fmnist_core.attribution.captions import caption
from fmnist_core.attribution.methods import Method
from fmnist_core.errors import LabError
from fmnist_core.explain_page.request import ExplainRequest
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.runs.run import Run
from fmnist_core.runs.summary import RunSummary

if TYPE_CHECKING:
    from fmnist_core.attribution.faithfulness import Faithfulness
    from fmnist_core.attribution.heatmap import Heatmap
    from fmnist_core.attribution.layers import Layer

PATIENCE_SECONDS = 0.5
"""After this a bar says how far it is."""


@dataclass(frozen=True, kw_only=True)
class HeatmapKey:
    """One map that is asked for; equal ones are worked out once."""

    run: Run
    written: int
    """When its weights were written: a run trained anew is another one."""
    image: bytes
    method: Method
    label: int
    against: int | None = None
    layer: str | None = None
    smooth: bool = False

    @property
    def pixels(self) -> np.ndarray:
        """uint8 [28, 28]."""
        return np.frombuffer(self.image, dtype=np.uint8).reshape(IMAGE_SIZE, IMAGE_SIZE)


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What came of it."""

    model: str
    """The name under which the run is shown."""
    row: RunSummary
    method: Method
    why: str = ""
    """What the map says."""
    depth: tuple[int, int] | None = None
    """Which of the model's layers it is of, from 1, and how many there are."""
    asked: HeatmapKey | None = None
    heatmap: "Heatmap | None" = None
    milliseconds: float = 0.0
    problem: str | None = None
    """Why there is no map, in a sentence."""


def of_question(
    question: ExplainRequest, name: str, method: Method, *, layer: str | None = None
) -> Explanation:
    """The map of one model by one method, in the chosen layer or another one."""
    row = question.models[name]
    try:
        label, against = question.classes(name)
        asked = HeatmapKey(
            run=row.run,
            written=row.run.weights_version(),
            image=question.given.preprocessed.image.tobytes(),
            method=method,
            label=label,
            against=against,
            layer=(layer or question.layers.get(row.id)) if method.needs_layer else None,
            smooth=question.smooth and method.needs_layer,
        )
        heatmap, milliseconds = explained(asked)
        names = [each.name for each in layers_of(row)]
    except LabError as error:
        return Explanation(model=name, row=row, method=method, problem=str(error))
    probabilities = question.said[name].probabilities
    assert probabilities is not None
    found = heatmap.layer
    return Explanation(
        model=name, row=row, method=method, asked=asked, heatmap=heatmap,
        why=caption(method, label, against, probabilities),
        depth=(names.index(found.name) + 1, len(names)) if found else None,
        milliseconds=milliseconds, problem=heatmap.problem,
    )  # fmt: skip


def all_of(question: ExplainRequest) -> list[Explanation]:
    """Every model by every method that is asked for."""
    wanted = [
        (name, method)
        for name, row in question.models.items()
        for method in question.methods_of(row)
    ]
    return one_by_one(question, [(name, method, None) for name, method in wanted])


def one_by_one(
    question: ExplainRequest, wanted: Sequence[tuple[str, Method, str | None]]
) -> list[Explanation]:
    """Model, method and layer of each; where it takes long, with a bar that a click interrupts."""
    bar, shown = st.empty(), []
    began = time.monotonic()
    for number, (name, method, layer) in enumerate(wanted):
        if time.monotonic() - began > PATIENCE_SECONDS:
            bar.progress(number / len(wanted), text=f"{number} of {len(wanted)} maps")
        shown.append(of_question(question, name, method, layer=layer))
    bar.empty()
    return shown


def explained(asked: HeatmapKey) -> tuple["Heatmap", float]:
    """The map, and the milliseconds it took; raises `LabError`."""
    return cached(asked, lambda: _explained(asked))


def _explained(asked: HeatmapKey) -> tuple["Heatmap", float]:
    import pytorch_grad_cam  # noqa: F401  # its seconds are not the method's

    from fmnist_core.attribution import explainer
    from fmnist_core.attribution.heatmap import Target
    from fmnist_core.serving.model_cache import MODEL_CACHE

    loaded = MODEL_CACHE.get(asked.run)
    target = Target(label=asked.label, against=asked.against)
    began = time.perf_counter()
    found = explainer.explain(
        loaded,
        asked.pixels,
        method=asked.method,
        target=target,
        layer=asked.layer,
        smooth=asked.smooth,
    )
    return found, 1000 * (time.perf_counter() - began)


def measured(asked: HeatmapKey) -> "Faithfulness":
    """How far its map is to be trusted; raises `LabError`."""
    return cached(("measured", asked), lambda: _measured(asked))


def _measured(asked: HeatmapKey) -> "Faithfulness":
    from fmnist_core.attribution import explainer, faithfulness
    from fmnist_core.attribution.heatmap import Target
    from fmnist_core.serving.model_cache import MODEL_CACHE

    found, _ = explained(asked)
    loaded = MODEL_CACHE.get(asked.run)
    layer = explainer.get_layer(loaded, asked.layer) if asked.method.needs_layer else None
    target = Target(label=asked.label, against=asked.against)
    with loaded.lock:
        return faithfulness.measure_faithfulness(
            loaded.model, loaded.input_spec, asked.pixels, found,
            method=asked.method, target=target, layer=layer, smooth=asked.smooth,
        )  # fmt: skip


def usual_layer(row: RunSummary) -> str:
    """The name of the layer that is looked at where nobody chooses; raises `LabError`."""
    from fmnist_core.attribution import explainer
    from fmnist_core.serving.model_cache import MODEL_CACHE

    return explainer.get_layer(MODEL_CACHE.get(row.run), None).name


def layers_of(row: RunSummary) -> list["Layer"]:
    """Of a run's model, shallow to deep; raises `LabError`."""
    from fmnist_core.attribution import explainer
    from fmnist_core.serving.model_cache import MODEL_CACHE

    return explainer.get_layers(MODEL_CACHE.get(row.run))


MAX_CACHED = 200
"""Maps and measurements; one takes 3 to 100 kB."""


CACHE_KEY = "worked out"


T = TypeVar("T")


def cached(wanted: Hashable, make: Callable[[], T]) -> T:
    """What was made for an equal question, else made now; the longest unused are let go."""
    store: OrderedDict[Hashable, T] = st.session_state.setdefault(CACHE_KEY, OrderedDict())
    if wanted not in store:
        store[wanted] = make()
        while len(store) > MAX_CACHED:
            store.popitem(last=False)
    store.move_to_end(wanted)
    return store[wanted]
