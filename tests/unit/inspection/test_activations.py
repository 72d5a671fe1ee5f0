"""Activations over many images: dead units and histograms."""

import numpy as np
import pytest
import torch
from torch import nn

from fmnist_core.data.input_spec import InputSpec
from fmnist_core.inspection import activations
from fmnist_core.models.classifier import Classifier
from fmnist_core.models.registry import MODELS

SPEC = InputSpec(size=28, channels=1, mean=0.286, std=0.353)
IMAGES = torch.randint(0, 256, (30, 28, 28), dtype=torch.uint8)


def small_model(*, dead):
    """Two ReLU layers of 6 units; the first has `dead` units that are never positive."""
    torch.manual_seed(0)
    first = nn.Linear(784, 6)
    first.bias.data[:dead] = -1e4
    backbone = nn.Sequential(nn.Flatten(), first, nn.ReLU(), nn.Linear(6, 6), nn.ReLU())
    return Classifier(backbone, nn.Sequential(nn.Linear(6, 10)))


@pytest.mark.parametrize("dead", [0, 2, 6])
def test_units_that_are_never_positive_are_dead(dead):
    first, second = activations.measure_activations(small_model(dead=dead), SPEC, IMAGES)
    assert (first.num_units, first.num_dead) == (6, dead)
    assert first.zero_fraction >= dead / 6
    assert second.num_units == 6


def test_fraction_of_zeros_is_that_of_the_outputs():
    model = small_model(dead=1)
    seen = []
    model.backbone[2].register_forward_hook(lambda _module, _taken, output: seen.append(output))
    measured = activations.measure_activations(model, SPEC, IMAGES)[0]
    assert measured.zero_fraction == pytest.approx((torch.cat(seen) == 0).float().mean().item())


def test_histogram_holds_all_values():
    for layer in activations.measure_activations(MODELS["cnn-lite"].build(), SPEC, IMAGES):
        assert layer.fractions.sum() == pytest.approx(1)
        assert len(layer.edges) == len(layer.fractions) + 1
        assert np.all(np.diff(layer.edges) > 0)


@pytest.mark.parametrize(
    ("key", "kinds"),
    [
        ("cnn", {"ReLU"}),
        ("mlp", {"SiLU"}),
        ("vit-tiny", {"GELU"}),
        ("mobilenetv3-small", {"ReLU", "Hardswish", "Hardsigmoid"}),
    ],
)
def test_activations_are_found_in_every_kind_of_model(key, kinds):
    layers = activations.measure_activations(MODELS[key].build(), SPEC, IMAGES[:4])
    assert {layer.kind for layer in layers} <= kinds
    assert layers
