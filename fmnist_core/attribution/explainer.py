"""Heatmaps of a loaded model, and the layers they can be computed for."""

import threading
from weakref import WeakKeyDictionary

import numpy as np

from fmnist_core.attribution import heatmap, layers
from fmnist_core.attribution.heatmap import Heatmap
from fmnist_core.attribution.layers import Layer
from fmnist_core.attribution.methods import Method
from fmnist_core.attribution.target import Target
from fmnist_core.serving.predictor import Predictor

_layers: WeakKeyDictionary[Predictor, list[Layer]] = WeakKeyDictionary()
_layers_lock = threading.Lock()


def get_layers(predictor: Predictor) -> list[Layer]:
    """Return the layers with feature maps, shallow to deep; cached per loaded model."""
    with _layers_lock:
        cached = _layers.get(predictor)
    if cached is None:
        with predictor.lock:
            cached = layers.find_layers(predictor.model, predictor.input_spec)
        with _layers_lock:
            _layers[predictor] = cached
    return cached


def get_layer(predictor: Predictor, name: str | None) -> Layer:
    """Return the layer of that name, or the default layer for `None`; raises `ModelError`."""
    available = get_layers(predictor)
    return layers.find_layer(available, name) if name else layers.default_layer(available)


def explain(
    predictor: Predictor,
    image: np.ndarray,
    *,
    method: Method,
    target: Target,
    layer: str | None = None,
    smooth: bool = False,
) -> Heatmap:
    """Compute the heatmap of an image uint8 [28, 28]; raises `ModelError`.

    `layer` is a layer's name, `None` for the default one; `smooth` averages over mirrored and
    brightened copies of the image (see `heatmap.compute_heatmap`).
    """
    chosen = get_layer(predictor, layer) if method.needs_layer else None
    with predictor.lock:
        return heatmap.compute_heatmap(
            predictor.model, predictor.input_spec, image,
            method=method, target=target, layer=chosen, smooth=smooth,
        )  # fmt: skip
