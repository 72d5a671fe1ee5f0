"""Heatmaps of a loaded model, and the layers that they can be taken from."""

import threading
from weakref import WeakKeyDictionary

import numpy as np

from fmnist_core.attribution import heatmap, layers
from fmnist_core.attribution.heatmap import Heatmap, Target
from fmnist_core.attribution.layers import Layer
from fmnist_core.attribution.methods import Method
from fmnist_core.serving.predictor import Predictor

_layers: WeakKeyDictionary[Predictor, list[Layer]] = WeakKeyDictionary()
_layers_lock = threading.Lock()


def layers_of(predictor: Predictor) -> list[Layer]:
    """The layers with feature maps, shallow to deep; found once per loaded model."""
    with _layers_lock:
        known = _layers.get(predictor)
    if known is None:
        with predictor.lock:
            known = layers.layers(predictor.model, predictor.form)
        with _layers_lock:
            _layers[predictor] = known
    return known


def layer_named(predictor: Predictor, name: str | None) -> Layer:
    """The layer of that name, or the default layer for `None`; raises `ModelError`."""
    known = layers_of(predictor)
    return layers.named(known, name) if name else layers.usual(known)


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

    `layer` is a layer's name, `None` for the default one; `smooth` averages over noisy copies of
    the image (SmoothGrad, Smilkov et al. 2017).
    """
    chosen = layer_named(predictor, layer) if method.needs_layer else None
    with predictor.lock:
        return heatmap.explain(
            predictor.model, predictor.form, image,
            method=method, target=target, layer=chosen, smooth=smooth,
        )  # fmt: skip
