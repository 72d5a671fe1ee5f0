"""Every registered model can be built, run and trained at several sizes, and is described."""

import pytest
import torch

from fmnist_core.errors import ModelError
from fmnist_core.fashion_mnist import NUM_CLASSES
from fmnist_core.models.head import Head
from fmnist_core.models.registry import MODELS, get_model_spec, patch_size

every_model = pytest.mark.parametrize("spec", MODELS.values(), ids=MODELS)


def default_inputs(spec):
    return torch.zeros(2, 1, spec.input_size, spec.input_size)


def count_parameters(model):
    return sum(parameter.numel() for parameter in model.parameters())


@every_model
def test_model_computes_a_logit_per_class(spec):
    logits = spec.build()(default_inputs(spec))
    assert logits.shape == (2, NUM_CLASSES)
    assert torch.isfinite(logits).all()


@every_model
def test_every_parameter_gets_a_gradient(spec):
    model = spec.build()
    model(default_inputs(spec)).square().sum().backward()
    assert all(parameter.grad is not None for parameter in model.parameters())
    assert count_parameters(model) > 1000


@every_model
@pytest.mark.parametrize(("size", "channels"), [(32, 3), (56, 1)])
def test_model_runs_and_trains_at_other_sizes(spec, size, channels):
    model = spec.build(input_size=size, channels=channels)
    logits = model(torch.rand(2, channels, size, size))
    logits.square().sum().backward()
    assert logits.shape == (2, NUM_CLASSES)
    assert all(torch.isfinite(parameter.grad).all() for parameter in model.parameters())


@every_model
def test_dropout_rate_comes_from_the_spec_or_the_caller(spec):
    def rates(model):
        return {layer.p for layer in model.modules() if isinstance(layer, torch.nn.Dropout)}

    # timm leaves dropout layers with rate 0 in its backbones.
    assert rates(spec.build()) - {0.0} <= {spec.dropout}
    assert 0.45 in rates(spec.build(dropout=0.45))


@every_model
def test_head_has_the_hidden_layers_that_were_set(spec):
    model = spec.build(head=Head.model_validate({"widths": "24, 12", "activation": "gelu"}))
    linear = [layer for layer in model.head if isinstance(layer, torch.nn.Linear)]
    assert [layer.out_features for layer in linear] == [24, 12, NUM_CLASSES]
    assert model.backbone(default_inputs(spec)).shape == (2, linear[0].in_features)


@every_model
def test_spec_is_complete(spec):
    assert MODELS[spec.key] is spec
    assert spec.title
    assert spec.family
    assert spec.teaches.endswith(".")
    assert spec.reference


def test_cnn_lite_has_fewer_than_100_000_parameters():
    assert count_parameters(MODELS["cnn-lite"].build()) < 100_000


@pytest.mark.parametrize(
    ("size", "patch"), [(28, 4), (32, 4), (56, 8), (64, 8), (112, 16), (224, 16), (85, None)]
)
def test_patch_size_suits_the_input_size(size, patch):
    assert patch_size(size) == patch


def test_unknown_model_is_rejected_with_the_known_keys():
    with pytest.raises(ModelError, match=r"^No model 'cn'\. Known: mlp, cnn"):
        get_model_spec("cn")
