"""Steps: what they record is what the model computes, whatever the model."""

import pytest
import torch

from fmnist_core.inspection import steps
from fmnist_core.models.registry import MODELS


def all_steps(found):
    for step in found:
        yield step
        yield from all_steps(step.children)


def test_tracing_changes_nothing(model_and_inputs):
    model, inputs = model_and_inputs
    with torch.no_grad():
        before = model(inputs)[0]
    trace = steps.trace(model, inputs, selected=steps.first_weighted(model))
    torch.testing.assert_close(trace.logits, before, rtol=1e-4, atol=1e-5)
    with torch.no_grad():
        torch.testing.assert_close(model(inputs)[0], before)


def test_values_are_those_that_hooks_of_torch_see(model_and_inputs):
    model, inputs = model_and_inputs
    layers = [node for node in steps.walk(steps.find_steps(model)) if not node.children]
    for node in layers[:: max(1, len(layers) // 4)]:
        seen = []
        handle = node.module.register_forward_hook(
            lambda _module, _taken, output, seen=seen: seen.append(output.clone())
        )
        trace = steps.trace(model, inputs, selected=node.name)
        handle.remove()
        if node.name in trace.values:  # those that change nothing are no steps
            torch.testing.assert_close(trace.values[node.name][1], seen[0])


def test_steps_end_with_ten_logits_and_name_modules(model_and_inputs):
    model, inputs = model_and_inputs
    trace = steps.trace(model, inputs, selected="head.1")
    assert trace.steps[-1].shape == (1, 10)
    assert 5 < len(trace.steps) < 25
    for step in all_steps(trace.steps):
        assert type(model.get_submodule(step.name)).__name__ == step.kind
        assert trace.path(step.name)[-1] is step


def test_a_block_is_open_where_a_step_in_it_is_selected():
    model = MODELS["resnet50"].build()
    inputs = torch.randn(1, 1, 28, 28)
    name = "backbone.layer1.0.conv2"
    trace = steps.trace(model, inputs, selected=name)
    block, layer = trace.path(name)
    assert block.name == "backbone.layer1.0"
    assert layer.thumbnail is not None
    closed = trace.path("backbone.layer1.1.conv2")[-1]
    assert closed.thumbnail is None


def test_a_shortcut_is_not_taken_for_the_output_before_it():
    model = MODELS["resnet50"].build()
    trace = steps.trace(model, torch.randn(1, 1, 28, 28), selected="backbone.layer1.1.conv3")
    assert trace.sources["backbone.layer1.1.bn3"] == "backbone.layer1.1.conv3"
    assert "backbone.layer1.1.act3" not in trace.sources  # timm adds the shortcut in place


def test_thumbnails_show_the_same_map_until_a_layer_mixes_them():
    model, inputs = MODELS["cnn"].build(), torch.randn(1, 1, 28, 28)
    found = steps.trace(model, inputs, selected="head.1").steps
    channels = [step.channel for step in found[:8]]
    assert channels[:4] == [channels[0]] * 4
    assert channels[4:] == [channels[4]] * 4
    first = steps.trace(model, inputs, selected=found[0].name).values[found[0].name][1]
    torch.testing.assert_close(torch.from_numpy(found[0].thumbnail), first[0, channels[0]])


def test_dropout_is_no_step():
    trace = steps.trace(MODELS["cnn"].build(), torch.randn(1, 1, 28, 28), selected="head.1")
    assert "Dropout" not in {step.kind for step in trace.steps}


def test_unknown_names_have_no_path():
    trace = steps.trace(MODELS["mlp"].build(), torch.randn(1, 1, 28, 28), selected="head.1")
    assert trace.path("backbone.99") == []


@pytest.mark.parametrize("key", ["vit-tiny", "mobilevit-xxs"])
def test_attention_weights_sum_to_one_and_the_kernel_is_put_back(key):
    spec = MODELS[key]
    model = spec.build()
    fused = [module.fused_attn for module in model.modules() if hasattr(module, "fused_attn")]
    inputs = torch.randn(1, 1, spec.input_size, spec.input_size)
    trace = steps.trace(model, inputs, selected="head.1")
    assert len(trace.attention) == len(fused)
    for weights in trace.attention.values():
        torch.testing.assert_close(weights.sum(dim=-1), torch.ones(weights.shape[:-1]))
    after = [module.fused_attn for module in model.modules() if hasattr(module, "fused_attn")]
    assert after == fused
