"""Heatmaps of a loaded model, from several threads."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from fmnist_core.attribution import explainer, layers
from fmnist_core.attribution.methods import METHODS
from fmnist_core.attribution.target import Target
from fmnist_core.errors import ModelError
from fmnist_core.runs import zoo
from fmnist_core.serving.model_cache import load_predictor
from fmnist_core.synthetic.garments import generate_garments


@pytest.fixture(scope="module")
def predictor():
    return load_predictor(zoo.get_checkpoint("cnn-lite"))


def test_threads_that_share_a_model_get_the_right_heatmaps(predictor):
    """The attribution library keeps activations on the model and replaces layers."""
    images, _ = generate_garments(12, seed=4)
    requests = [
        (image, METHODS[key], Target(label=label))
        for image, label in zip(images[:4], (2, 4, 6, 8), strict=True)
        for key in ("gradcam", "eigencam", "ablationcam", "guided")
    ]

    def explain(request):
        image, method, target = request
        try:
            return explainer.explain(predictor, image, method=method, target=target).values
        except ModelError as error:
            return str(error)

    alone = [explain(request) for request in requests]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(explain, requests * 3))
    for index, heatmap in enumerate(together):
        np.testing.assert_array_equal(heatmap, alone[index % len(requests)])
    assert not any(module._forward_hooks for module in predictor.model.modules())


def test_layers_are_found_once(monkeypatch):
    predictor = load_predictor(zoo.get_checkpoint("cnn-lite"))
    calls, find_layers = [], layers.find_layers
    monkeypatch.setattr(layers, "find_layers", lambda *args: calls.append(1) or find_layers(*args))
    default = explainer.get_layer(predictor, None)
    assert default is explainer.get_layer(predictor, "backbone.features.2")
    assert len(calls) == 1
