"""Muon, and which optimizer trains which parameters."""

import pytest
import torch

from fmnist_core.models.registry import get_model_spec
from fmnist_core.training.optimizers import Muon, build_optimizers, orthogonalize
from fmnist_core.training.recipe import Recipe


@pytest.mark.parametrize("shape", [(8, 40), (40, 8), (16, 16)])
def test_orthogonalized_matrix_has_singular_values_near_one(shape):
    torch.manual_seed(0)
    before = torch.linalg.svdvals(torch.randn(shape))
    after = torch.linalg.svdvals(orthogonalize(torch.randn(shape)))
    assert after.max() / after.min() < before.max() / before.min()
    assert after.min() > 0.3
    assert after.max() < 1.4


def test_orthogonalize_keeps_the_singular_vectors():
    torch.manual_seed(0)
    matrix = torch.randn(6, 20)
    left, _, right = torch.linalg.svd(matrix, full_matrices=False)
    rotated = left.T @ orthogonalize(matrix) @ right.T
    assert torch.allclose(rotated, torch.diag(rotated.diag()), atol=1e-4)


@pytest.mark.parametrize(
    ("model", "kinds"),
    [("cnn", [Muon, torch.optim.SGD]), ("vit-tiny", [torch.optim.Muon, torch.optim.AdamW])],
)
def test_muon_comes_with_the_optimizer_that_suits_the_model(model, kinds):
    recipe = Recipe.parse({"model": model, "optimizer": "muon"})
    network = get_model_spec(model).build()
    optimizers = build_optimizers(network, recipe, learning_rate=0.01)
    assert [type(optimizer) for optimizer in optimizers] == kinds
    weight_ids = [
        id(weight)
        for optimizer in optimizers
        for group in optimizer.param_groups
        for weight in group["params"]
    ]
    assert sorted(weight_ids) == sorted(map(id, network.parameters()))


def test_frozen_parameters_have_no_optimizer():
    network = get_model_spec("cnn").build()
    network.backbone.requires_grad_(False)
    (optimizer,) = build_optimizers(network, Recipe.parse({"model": "cnn"}), learning_rate=0.01)
    assert optimizer.param_groups[0]["params"] == list(network.head.parameters())
