"""Costs: those of the steps add up to those of the model."""

import torch
from torch.utils.flop_counter import FlopCounterMode

from fmnist_core.data.input_spec import InputSpec
from fmnist_core.inspection import costs, steps
from fmnist_core.models.registry import MODELS


def input_spec(size):
    return InputSpec(size=size, channels=1, mean=0.286, std=0.353)


def test_flops_and_parameters_of_the_steps_are_those_of_the_model(model_and_inputs):
    model, inputs = model_and_inputs
    measured = costs.measure_costs(model, input_spec(inputs.shape[-1]))
    with (
        steps.visible_attention(model, {}),
        FlopCounterMode(display=False) as counter,
        torch.no_grad(),
    ):
        model(inputs)
    nodes = [node.name for node in steps.find_steps(model) if node.name in measured]
    assert sum(measured[name].flops for name in nodes) == counter.get_total_flops()
    loose = sum(parameter.numel() for parameter in model.backbone.parameters(recurse=False))
    total = sum(parameter.numel() for parameter in model.parameters())
    assert sum(measured[name].parameters for name in nodes) == total - loose


def test_attention_costs_more_than_its_linear_layers():
    model = MODELS["vit-tiny"].build()
    cost = costs.measure_costs(model, input_spec(28))
    name = "backbone.blocks.0.attn"
    linear = cost[f"{name}.qkv"].flops + cost[f"{name}.proj"].flops
    assert cost[name].flops - linear == 2 * 2 * 3 * 50 * 50 * 64  # QK' and AV, of three heads


def test_a_convolution_costs_what_the_formula_says():
    model = MODELS["cnn"].build()
    cost = costs.measure_costs(model, input_spec(28))["backbone.features.1.0"]
    assert cost.parameters == 64 * 32 * 3 * 3
    assert cost.flops == 2 * 14 * 14 * cost.parameters
