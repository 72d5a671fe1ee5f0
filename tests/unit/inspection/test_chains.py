"""A number is followed through layers that only rescale, pool or activate it."""

import pytest
import torch

from fmnist_core.inspection import chains, steps
from fmnist_core.inspection.arithmetic import Activated, Normalized, Pooled, Sum
from fmnist_core.models.registry import MODELS


def test_a_number_is_followed_from_filter_to_activation():
    model, inputs = MODELS["cnn"].build().eval(), torch.randn(1, 1, 28, 28)
    name = steps.first_weighted(model)
    trace = steps.trace(model, inputs, selected=name)
    links = chains.follow_number(model, trace, name, (0, 3, 11, 14))
    kinds = [type(calculation) for _, _, calculation in links]
    assert kinds == [Sum, Pooled, Normalized, Activated]
    (_, _, normalized), (_, _, activated) = links[2:]
    assert activated.value == pytest.approx(normalized.result, abs=1e-6)
    last, index, calculation = links[-1]
    assert index == (0, 3, 5, 7)
    assert calculation.result == pytest.approx(trace.values[last][1][index].item(), abs=1e-6)


def test_a_number_is_not_followed_past_a_shortcut():
    model = MODELS["resnet50"].build().eval()
    name = "backbone.layer1.0.conv3"
    trace = steps.trace(model, torch.randn(1, 1, 28, 28), selected=name)
    links = chains.follow_number(model, trace, name, (0, 0, 1, 1))
    assert [link[0] for link in links] == [name, "backbone.layer1.0.bn3"]
