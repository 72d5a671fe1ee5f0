"""Arithmetic: every number agrees with torch, in every layer of every model."""

import numpy as np
import pytest
import torch
from torch import nn

from fmnist_core.inspection import arithmetic, steps
from fmnist_core.inspection.arithmetic import Sum


def random_index(shape, seed):
    generator = np.random.default_rng(seed)
    return tuple(int(generator.integers(size)) for size in shape)


def test_every_layer_of_every_model_is_computed_as_torch_does(model_and_inputs):
    model, inputs = model_and_inputs
    layers = [
        node
        for node in steps.walk(steps.find_steps(model))
        if not node.children and not isinstance(node.module, nn.Identity | nn.Dropout)
    ]
    checked = 0
    for node in layers[:: max(1, len(layers) // 15)]:
        trace = steps.trace(model, inputs, selected=node.name)
        if node.name not in trace.values:
            continue
        taken, output = trace.values[node.name]
        index = random_index(output.shape, checked)
        calculation = arithmetic.calculate(node.module, taken, output, index)
        assert calculation is not None, node.name
        assert calculation.result == pytest.approx(output[index].item(), rel=1e-3, abs=1e-4)
        checked += 1
    assert checked >= 4


CONVOLUTIONS = [
    nn.Conv2d(3, 4, 3, padding=1),
    nn.Conv2d(3, 4, 3, stride=2, bias=False),
    nn.Conv2d(4, 8, 5, padding=2, groups=4),
    nn.Conv2d(2, 2, 3, dilation=2, padding="same"),
    nn.Conv2d(2, 3, (1, 4), padding=(0, 3), stride=(2, 1)),
]


@pytest.mark.parametrize("layer", CONVOLUTIONS, ids=str)
def test_patch_times_filter_is_the_convolution(layer):
    torch.manual_seed(1)
    inputs = torch.randn(1, layer.in_channels, 9, 8)
    output = layer(inputs).detach()
    for index in np.ndindex(output.shape):
        calculation = arithmetic.calculate(layer, inputs, output, index)
        assert isinstance(calculation, Sum)
        total = calculation.products.sum() + (calculation.bias or 0)
        assert total == pytest.approx(output[index].item(), abs=1e-5)
        assert calculation.result == pytest.approx(total)


def test_a_layer_that_does_something_of_its_own_is_not_explained():
    class Doubled(nn.Linear):
        def forward(self, inputs):
            return 2 * super().forward(inputs)

    layer, inputs = Doubled(5, 3), torch.randn(1, 5)
    assert arithmetic.calculate(layer, inputs, layer(inputs), (0, 1)) is None


def test_a_layer_of_another_kind_is_not_explained():
    layer, inputs = nn.Upsample(scale_factor=2), torch.randn(1, 1, 2, 2)
    assert arithmetic.calculate(layer, inputs, layer(inputs), (0, 0, 0, 0)) is None


def test_numbers_that_are_not_finite_are_not_explained():
    layer, inputs = nn.ReLU(), torch.tensor([[float("nan")]])
    assert arithmetic.calculate(layer, inputs, layer(inputs), (0, 0)) is None
