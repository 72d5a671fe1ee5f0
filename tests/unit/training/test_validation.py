"""Validation after an epoch, and the test at the end."""

import pytest
import torch

from fmnist_core.errors import DivergedError
from fmnist_core.training.batches import DeviceData
from fmnist_core.training.loop import train_step
from fmnist_core.training.recipe import Recipe
from fmnist_core.training.state import TrainingState
from fmnist_core.training.validation import finish, finish_epoch

RECIPE = Recipe.parse({"model": "mlp", "data": "drawn", "batch_size": 32, "device": "cpu"})


@pytest.fixture
def state(small_dataset) -> TrainingState:
    data = DeviceData(small_dataset, torch.device("cpu"))
    state = TrainingState(RECIPE, data, precision="float32")
    train_step(state, *next(state.batches.epoch_batches(0)))
    return state


def test_every_validation_image_is_counted_once(state):
    epoch = finish_epoch(state)
    correct = sum(epoch.confusion[label][label] for label in range(10))
    assert sum(map(sum, epoch.confusion)) == len(state.data.validation_labels)
    assert epoch.validation_accuracy == correct / len(state.data.validation_labels)
    assert state.model.training
    assert (state.epoch, state.step_in_epoch) == (1, 0)


def test_result_is_that_of_the_best_weights(state):
    finish_epoch(state)
    best = {name: weight.clone() for name, weight in state.model.state_dict().items()}
    with torch.no_grad():
        for weight in state.model.parameters():
            weight.zero_()
    result = finish(state)
    assert all(torch.equal(weight, best[name]) for name, weight in result.weights.items())
    assert result.probabilities.shape == (len(state.data.test_labels), 10)


def test_nan_in_the_loss_ends_the_training(state):
    state.epoch_sums.fill_(float("nan"))
    with pytest.raises(DivergedError):
        finish_epoch(state)
