"""Run the model on the image and record its steps; cached per browser session.

A global cache would keep users' drawings and photos after their session has ended.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.look_inside_page import page_state
from fmnist_core.runs.run import Run

if TYPE_CHECKING:
    from torch import nn

    from fmnist_core.inspection.layouts import Layout
    from fmnist_core.inspection.steps import Trace
    from fmnist_core.serving.predictor import Predictor

MAX_TRACES = 3
"""Per session; one takes up to some megabytes."""
MAX_EPOCHS = 12
"""Loaded models of single epochs, shared by all sessions; only small models keep their epochs."""
MARGIN, MIN_EDGE_WITH_MARGIN = 2, 7
"""Rows at the edge of a map, and how large a map must be for them to be left out."""


@dataclass(frozen=True, kw_only=True)
class ModelKey:
    """The weights to look at."""

    run: Run
    epoch: int | None
    """`None` for the final ones."""
    weights_version: int
    """`Run.weights_version()`: training again changes it."""


@dataclass(frozen=True, kw_only=True)
class TraceKey:
    """Everything that determines a trace."""

    model: ModelKey
    image: bytes
    """Uint8 [28, 28]."""
    step: str | None


def model_key(run: Run, epoch: int | None) -> ModelKey:
    """Return the key of a run's weights; raises `RunError` if there are none."""
    return ModelKey(run=run, epoch=epoch, weights_version=run.weights_version(epoch=epoch))


def load_model(key: ModelKey) -> "Predictor":
    """Return the loaded model, shared by all sessions; raises `LabError`."""
    from fmnist_core.serving.model_cache import MODEL_CACHE

    return MODEL_CACHE.get(key.run) if key.epoch is None else _load_epoch(key)


@st.cache_resource(max_entries=MAX_EPOCHS, show_spinner=False, hash_funcs={ModelKey: repr})
def _load_epoch(key: ModelKey) -> "Predictor":
    from fmnist_core.runs import epoch_checkpoints
    from fmnist_core.serving.predictor import Predictor

    assert key.epoch is not None
    model, input_spec = epoch_checkpoints.load(key.run, key.epoch)
    return Predictor(model=model, input_spec=input_spec, ood_detector=None)


@st.cache_resource(
    scope="session", max_entries=MAX_TRACES, show_spinner=False, hash_funcs={TraceKey: repr}
)
def trace_image(key: TraceKey) -> tuple[str, "Trace"]:
    """Run the model on the image; returns the name of the step that is open, and the trace.

    A step that the model does not have is replaced by its first layer with weights; the picture and
    the answer are none of its steps. Raises `LabError`.
    """
    import torch

    from fmnist_core.data.transforms import to_inputs
    from fmnist_core.inspection import steps

    predictor = load_model(key.model)
    image = np.frombuffer(key.image, dtype=np.uint8).reshape(1, IMAGE_SIZE, IMAGE_SIZE)
    device = next(predictor.model.parameters()).device
    with predictor.lock:
        inputs = to_inputs(torch.from_numpy(image.copy()).to(device), predictor.input_spec)
        name = key.step or steps.first_weighted(predictor.model)
        trace = steps.trace(predictor.model, inputs, selected=name)
        if not trace.path(name) and name not in (page_state.PICTURE, page_state.ANSWER):
            name = steps.first_weighted(predictor.model)
            trace = steps.trace(predictor.model, inputs, selected=name)
    return name, trace


def num_prefix_tokens(model: "nn.Module") -> int:
    """The number of tokens of a transformer before those of the patches."""
    return int(getattr(getattr(model, "backbone", None), "num_prefix_tokens", 0))


def strongest_position(maps: np.ndarray) -> page_state.Position:
    """Where the largest number is, in maps [M, H, W] that may have gaps.

    A negative one is picked only where there is no other: most activations turn it into nothing.
    Not at the edge of a large map, where a filter sees zeros beyond the image.
    """
    values = np.nan_to_num(maps, nan=-np.inf)
    if min(maps.shape[1:]) >= MIN_EDGE_WITH_MARGIN:
        inner = np.full_like(values, -np.inf)
        inside = (slice(None), slice(MARGIN, -MARGIN), slice(MARGIN, -MARGIN))
        inner[inside] = values[inside]
        values = inner
    number, row, column = np.unravel_index(int(values.argmax()), maps.shape)
    return int(number), int(row), int(column)


def shown_position(layout: "Layout", maps: np.ndarray) -> page_state.Position:
    """The picked number if the maps [M, H, W] have it, else the strongest one."""
    picked = page_state.position()
    if picked is not None and layout.holds(picked):
        return picked
    page_state.drop_position(layout.num_maps, layout.height, layout.width)
    return strongest_position(maps)
