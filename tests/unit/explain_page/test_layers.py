"""Layers without a heatmap are left out, and counted by the reason."""

from dataclasses import replace

import pytest

from fmnist_core.attribution.layers import Layer
from fmnist_core.explain_page import layers


@pytest.fixture
def explain_layer(explain):
    """Make an explanation of a layer with a grid of this edge."""

    def make(edge, *, problem=None):
        explained = explain(problem=problem)
        layer = Layer(name="backbone.x", channels=3, height=edge, width=edge)
        return replace(explained, heatmap=replace(explained.heatmap, layer=layer))

    return make


def test_layers_without_a_map_are_counted_by_their_reason(explain_layer):
    explanations = [explain_layer(14), explain_layer(7, problem="Empty."), explain_layer(2)]
    explanations.append(explain_layer(4))
    text = layers.left_out_text(explanations)
    assert text == (
        "Not shown: 2 layers too coarse to locate anything and 1 layer without evidence for this "
        "class."
    )


def test_a_coarse_and_empty_layer_is_counted_once(explain_layer):
    text = layers.left_out_text([explain_layer(2, problem="Empty.")])
    assert text == "Not shown: 1 layer too coarse to locate anything."


def test_nothing_is_said_if_all_are_shown(explain_layer):
    assert layers.left_out_text([explain_layer(14)]) == ""
