"""Muon, and the schedules that every optimiser follows."""

import pytest
import torch

from fmnist_core.models.registry import get_model_spec
from fmnist_core.training.optimizers import Muon, build_optimizers, orthogonal
from fmnist_core.training.recipe import Recipe
from fmnist_core.training.schedules import SCHEDULES


@pytest.mark.parametrize("shape", [(8, 40), (40, 8), (16, 16)])
def test_orthogonal_matrix_moves_all_directions_alike(shape):
    torch.manual_seed(0)
    before = torch.linalg.svdvals(torch.randn(shape))
    after = torch.linalg.svdvals(orthogonal(torch.randn(shape)))
    assert after.max() / after.min() < before.max() / before.min()
    assert after.min() > 0.3
    assert after.max() < 1.4


def test_orthogonal_keeps_the_directions():
    torch.manual_seed(0)
    matrix = torch.randn(6, 20)
    left, _, right = torch.linalg.svd(matrix, full_matrices=False)
    rotated = left.T @ orthogonal(matrix) @ right.T
    assert torch.allclose(rotated, torch.diag(rotated.diag()), atol=1e-4)


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules_stay_between_0_and_1(name):
    factors = [SCHEDULES[name](share / 100) for share in range(101)]
    assert all(0 <= factor <= 1 for factor in factors)
    assert max(factors) == 1


@pytest.mark.parametrize(
    ("name", "end"), [("cosine", 0), ("one-cycle", 0), ("exponential", 0.01), ("constant", 1)]
)
def test_schedules_end_where_they_should(name, end):
    assert SCHEDULES[name](1.0) == pytest.approx(end)


@pytest.mark.parametrize(
    ("model", "kinds"),
    [("cnn", [Muon, torch.optim.SGD]), ("vit-tiny", [torch.optim.Muon, torch.optim.AdamW])],
)
def test_muon_takes_what_suits_the_model(model, kinds):
    recipe = Recipe.parse({"model": model, "optimiser": "muon"})
    network = get_model_spec(model).build()
    optimisers = build_optimizers(network, recipe, rate=0.01)
    assert [type(optimiser) for optimiser in optimisers] == kinds
    held = [
        id(each) for one in optimisers for group in one.param_groups for each in group["params"]
    ]
    assert sorted(held) == sorted(map(id, network.parameters()))


def test_what_is_frozen_has_no_optimiser():
    network = get_model_spec("cnn").build()
    network.backbone.requires_grad_(False)
    (optimiser,) = build_optimizers(network, Recipe.parse({"model": "cnn"}), rate=0.01)
    assert optimiser.param_groups[0]["params"] == list(network.head.parameters())
