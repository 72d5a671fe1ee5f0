"""Two runs start from the same weights and see the same images in the same order."""

import pytest
import torch

from fmnist_core.compare_page import ablation
from fmnist_core.data.augmentation import Augmentation
from fmnist_core.training.batches import DeviceData, TrainBatches
from fmnist_core.training.presets import get_preset
from fmnist_core.training.recipe import field_names, flatten
from fmnist_core.training.state import build_model
from tests.factories import synthetic_dataset

BASE = get_preset("cnn-quick").recipe
CHANGES = {
    "statistics": "imagenet",
    "earlier_phases": "head 1 0.001 cosine",
    "trainable": "head",
    "fixed_views": 2,
    "epochs": 9,
    "batch_size": 64,
    "optimiser": "sgd",
    "learning_rate": 0.01,
    "weight_decay": 0.01,
    "label_smoothing": 0.2,
    "schedule": "constant",
    "dropout": 0.5,
    "augmentation.flip": "none",
    "augmentation.rotation": 10.0,
    "augmentation.shift": 2,
    "augmentation.zoom": 0.2,
    "augmentation.erasing": 0.5,
    "augmentation.drawings": 0.2,
    "augmentation.photo": 0.2,
    "corruption.label_noise": 0.2,
    "corruption.shortcut": 0.5,
    "corruption.shortcut_class": "Bag",
    "distillation.teacher": "run:cnn-deep",
    "distillation.weight": 0.9,
    "distillation.temperature": 4.0,
    "patience": 3,
    "precision": "float32",
}


def test_every_offered_setting_is_tried_here():
    assert set(CHANGES) == set(field_names()) - set(ablation.EXCLUDED_FIELDS)


@pytest.mark.parametrize("field", CHANGES)
def test_same_initial_weights(field):
    (first, second), problem = ablation.make_pair(
        BASE, field, [flatten(BASE)[field], CHANGES[field]]
    )
    assert problem is None
    assert set(first.differences(second)) == {field}
    models = [build_model(recipe, torch.device("cpu")).state_dict() for recipe in (first, second)]
    assert models[0].keys() == models[1].keys()
    assert all(torch.equal(models[0][name], models[1][name]) for name in models[0])


@pytest.mark.parametrize("batch_size", [16, 64])
def test_same_order(batch_size):
    data = DeviceData(synthetic_dataset(320, 20, 20, seed=4), torch.device("cpu"))
    plain = Augmentation(flip="none")

    def images_seen(size):
        batches = TrainBatches(data, batch_size=size, augmentation=plain, seed=3)
        return torch.cat([images for images, _ in batches.epoch_batches(1)])

    assert torch.equal(images_seen(32), images_seen(batch_size))


def test_invalid_value_is_reported():
    _, problem = ablation.make_pair(BASE, "epochs", [3, 0])
    assert problem == "Epochs must be a whole number from 1 to 200, not 0."


def test_same_value_twice_is_reported():
    _, problem = ablation.make_pair(BASE, "epochs", [3, 3])
    assert problem == "Both values are the same. Change one of them."
