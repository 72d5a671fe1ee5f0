"""Weights as pictures."""

import numpy as np
import pytest
import torch
from torch import nn

from fmnist_core.inspection import weights
from fmnist_core.inspection.weights import WeightKind

INPUTS = torch.zeros(1, 1, 28, 28)


@pytest.mark.parametrize(
    ("layer", "kind", "shape"),
    [
        (nn.Conv2d(1, 8, 3), WeightKind.FILTERS, (8, 3, 3)),
        (nn.Conv2d(8, 8, 5, groups=8), WeightKind.FILTERS, (8, 5, 5)),
        (nn.Conv2d(6, 8, 3), WeightKind.SLICES, (6, 3, 3)),
        (nn.Linear(784, 12), WeightKind.UNIT_PICTURES, (12, 28, 28)),
        (nn.Linear(256, 10), WeightKind.UNIT_VALUES, (1, 16, 16)),
    ],
)
def test_pictures_hold_the_weights_of_the_layer(layer, kind, shape):
    assert weights.has_pictures(layer)
    pictures = weights.picture_weights(layer, INPUTS, channel=7)
    assert pictures.kind is kind
    assert pictures.maps.shape == shape
    expected = layer.weight[7].detach().numpy().ravel()
    shown = pictures.maps[7] if pictures.is_one_per_channel else pictures.maps
    np.testing.assert_array_equal(shown.ravel(), expected)


def test_layers_without_weights_have_no_pictures():
    assert not weights.has_pictures(nn.ReLU())
    assert not weights.has_pictures(nn.BatchNorm2d(3))
