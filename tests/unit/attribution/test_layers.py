"""Layers with feature maps: found from shallow to deep, and the default one."""

import pytest

from fmnist_core.attribution import layers
from fmnist_core.errors import ModelError
from fmnist_core.models.registry import MODELS


@pytest.mark.parametrize("key", MODELS)
def test_layers_go_from_shallow_to_deep(models, key):
    usable = layers.find_layers(*models(key))
    if not MODELS[key].has_feature_maps:
        assert usable == []
        with pytest.raises(ModelError, match="no feature maps"):
            layers.default_layer(usable)
        return
    edges = [layer.height for layer in usable]
    assert edges == sorted(edges, reverse=True)
    assert len(usable) >= 4
    assert layers.default_layer(usable).height >= 7


def test_unknown_layer_names_the_usable_ones(models):
    with pytest.raises(ModelError, match=r"No layer 'head'.*Usable: backbone.features.0"):
        layers.find_layer(layers.find_layers(*models("cnn-lite")), "head")
