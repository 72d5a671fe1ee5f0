"""Every model at other sizes, with colours, and under a taller head."""

import pytest
import torch

from fmnist_core.errors import RecipeError
from fmnist_core.fashion_mnist import NUM_CLASSES
from fmnist_core.models.head import Head
from fmnist_core.models.registry import MODELS, patch_size
from fmnist_core.training.recipe import Recipe

every_model = pytest.mark.parametrize("spec", MODELS.values(), ids=MODELS)


@every_model
@pytest.mark.parametrize(("size", "channels"), [(32, 3), (56, 1)])
def test_forwards_and_backwards(spec, size, channels):
    model = spec.build(input_size=size, channels=channels)
    logits = model(torch.rand(2, channels, size, size))
    logits.square().sum().backward()
    assert logits.shape == (2, NUM_CLASSES)
    assert all(torch.isfinite(each.grad).all() for each in model.parameters())


@every_model
def test_head_of_dense_layers(spec):
    model = spec.build(head=Head.model_validate({"widths": "24, 12", "activation": "gelu"}))
    linear = [layer for layer in model.head if isinstance(layer, torch.nn.Linear)]
    assert [layer.out_features for layer in linear] == [24, 12, NUM_CLASSES]
    assert model.backbone(torch.rand(2, 1, spec.input_size, spec.input_size)).shape == (
        2,
        linear[0].in_features,
    )


@pytest.mark.parametrize(
    ("model", "size"), [("convnext-tiny", 28), ("mobilevit-xxs", 31), ("vit-tiny", 85)]
)
def test_size_that_does_not_suit_is_refused(model, size):
    with pytest.raises(RecipeError, match=rf"^input_size is {size}; {model} "):
        Recipe.parse({"model": model, "input_size": size})


@pytest.mark.parametrize(
    ("size", "patch"), [(28, 4), (32, 4), (56, 8), (64, 8), (112, 16), (224, 16), (85, None)]
)
def test_patches(size, patch):
    assert patch_size(size) == patch


def test_lightweight_network_is_light():
    assert sum(each.numel() for each in MODELS["cnn-lite"].build().parameters()) < 100_000


def test_model_without_imagenet_weights_cannot_start_from_them():
    with pytest.raises(RecipeError, match="there are no ImageNet weights for cnn"):
        Recipe.parse({"model": "cnn", "weights": "imagenet"})
