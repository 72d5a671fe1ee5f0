"""Everything that is registered can be built, run and explained."""

import pytest
import torch

from fmnist_core.errors import ModelError
from fmnist_core.fashion_mnist import NUM_CLASSES
from fmnist_core.models.registry import MODELS, get_model_spec

every_model = pytest.mark.parametrize("spec", MODELS.values(), ids=MODELS)


def inputs_of(spec):
    return torch.zeros(2, 1, spec.input_size, spec.input_size)


@every_model
def test_gives_a_logit_for_each_class(spec):
    logits = spec.build()(inputs_of(spec))
    assert logits.shape == (2, NUM_CLASSES)
    assert torch.isfinite(logits).all()


@every_model
def test_every_parameter_learns(spec):
    model = spec.build()
    model(inputs_of(spec)).square().sum().backward()
    assert all(parameter.grad is not None for parameter in model.parameters())
    assert sum(parameter.numel() for parameter in model.parameters()) > 1000


@every_model
def test_dropout_is_the_specs_own_or_the_recipes(spec):
    def rates(model):
        return {layer.p for layer in model.modules() if isinstance(layer, torch.nn.Dropout)}

    # timm leaves idle dropout layers in its backbones.
    assert rates(spec.build()) - {0.0} <= {spec.dropout}
    assert 0.45 in rates(spec.build(dropout=0.45))


@every_model
def test_is_described(spec):
    assert MODELS[spec.key] is spec
    assert spec.title
    assert spec.family
    assert spec.teaches.endswith(".")
    assert spec.reference


def test_unknown_model_is_refused_with_the_known_ones():
    with pytest.raises(ModelError, match=r"^No model 'cn'\. Known: mlp, cnn"):
        get_model_spec("cn")
