"""Knowledge distillation: its loss against torch's, and what a teacher does to training."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from fmnist_core.data.input_spec import InputSpec
from fmnist_core.errors import RecipeError
from fmnist_core.training.distillation import distillation_loss
from fmnist_core.training.events import Epoch, FitResult, Snapshot
from fmnist_core.training.fit_options import FitControl, Teacher
from fmnist_core.training.loop import fit
from fmnist_core.training.recipe import Recipe
from tests.factories import synthetic_dataset

RECIPE = Recipe.parse(
    {
        "model": "mlp",
        "data": "drawn",
        "epochs": 2,
        "batch_size": 64,
        "learning_rate": 0.003,
        "device": "cpu",
        "precision": "float32",
        "distillation": {"teacher": "run:cnn-deep", "weight": 1.0, "temperature": 1.0},
    }
)


class AlwaysBag(nn.Module):
    """A teacher that is sure that everything is a bag."""

    def forward(self, inputs):
        return functional.one_hot(torch.full([len(inputs)], 8), 10) * 20.0


@pytest.fixture(scope="module")
def data():
    return synthetic_dataset(400, 120, 120, seed=5)


@pytest.fixture
def teacher():
    return Teacher(model=AlwaysBag(), input_spec=InputSpec(size=28, channels=1))


def test_loss_has_the_gradient_of_the_divergence_from_the_teacher():
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(7, 10, generator=generator, requires_grad=True)
    teacher_logits = torch.randn(7, 10, generator=generator)
    (gradient,) = torch.autograd.grad(
        distillation_loss(logits, teacher_logits, temperature=3.0), logits
    )
    divergence = functional.kl_div(
        (logits / 3).log_softmax(dim=1),
        (teacher_logits / 3).log_softmax(dim=1),
        reduction="batchmean",
        log_target=True,
    )
    (expected,) = torch.autograd.grad(9 * divergence, logits)
    assert torch.allclose(gradient, expected, atol=1e-6)


def test_model_learns_what_its_teacher_says(data, teacher):
    *_, result = fit(RECIPE, data, teacher=teacher)
    assert isinstance(result, FitResult)
    assert (result.probabilities.argmax(dim=1) == 8).float().mean() > 0.95


def test_weight_0_trains_as_without_a_teacher(data, teacher):
    *_, taught = fit(RECIPE.changed(**{"distillation.weight": 0.0}), data, teacher=teacher)
    *_, alone = fit(RECIPE.changed(distillation={}), data)
    for name, tensor in alone.weights.items():
        assert torch.equal(taught.weights[name], tensor), name


def test_resumed_training_ends_with_the_same_weights(data, teacher):
    control = FitControl()
    for event in fit(RECIPE, data, teacher=teacher, control=control):
        control.stop = isinstance(event, Epoch) or control.stop
        if isinstance(event, Snapshot):
            snapshot = event
    *_, resumed = fit(RECIPE, data, teacher=teacher, snapshot=snapshot)
    *_, undisturbed = fit(RECIPE, data, teacher=teacher)
    for name, tensor in undisturbed.weights.items():
        assert torch.equal(resumed.weights[name], tensor), name


def test_head_on_a_frozen_backbone_learns_from_a_teacher(data, teacher):
    recipe = RECIPE.changed(trainable="head", fixed_views=2)
    *_, result = fit(recipe, data, teacher=teacher)
    assert not result.cached_features


def test_teacher_must_name_a_run():
    with pytest.raises(RecipeError, match="run: and the id of a run"):
        RECIPE.changed(**{"distillation.teacher": "the best one"})
