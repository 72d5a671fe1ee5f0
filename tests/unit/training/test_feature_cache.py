"""Features on disk: the same result without another pass, and none where they would be wrong."""

import os

import pytest
import torch

from fmnist_core.training import feature_cache, frozen_features
from fmnist_core.training.events import Epoch, FitResult
from fmnist_core.training.loop import DeviceData, fit
from fmnist_core.training.recipe import Recipe
from fmnist_core.training.state import TrainingState

CPU = torch.device("cpu")
FROZEN = Recipe.parse(
    {
        "model": "mobilenetv3-small",
        "data": "drawn",
        "trainable": "head",
        "epochs": 2,
        "batch_size": 32,
        "learning_rate": 0.01,
        "precision": "float32",
        "device": "cpu",
    }
)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty cache in which all features are kept."""
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(feature_cache, "MIN_SECONDS", 0.0)
    return tmp_path / "features"


def train(recipe, dataset):
    events = [event for event in fit(recipe, dataset) if isinstance(event, Epoch | FitResult)]
    losses = [event.validation_loss for event in events[:-1]]
    return losses, events[-1].probabilities


def key_of(dataset, recipe=FROZEN, precision="float32"):
    state = TrainingState(recipe, DeviceData(dataset, CPU), precision=precision)
    views = state.batches.augmented_views(state.num_views)
    return feature_cache.features_key(state, views)


def test_next_run_takes_the_features_from_disk_and_gives_the_same_result(
    small_dataset, folder, monkeypatch
):
    first = train(FROZEN, small_dataset)
    assert len(list(folder.iterdir())) == 1
    monkeypatch.setattr(
        frozen_features, "backbone_features", lambda *_: pytest.fail("computed again")
    )
    losses, probabilities = train(FROZEN, small_dataset)
    assert losses == first[0]
    assert torch.equal(probabilities, first[1])
    train(FROZEN.changed(**{"head.widths": "32"}, learning_rate=0.1), small_dataset)


@pytest.mark.parametrize(
    "changes",
    [{"seed": 1}, {"input_size": 32}, {"statistics": "imagenet"}, {"channels": 3},
     {"augmentation.flip": "random", "fixed_views": 1}],
    ids=lambda changes: next(iter(changes)),
)  # fmt: skip
def test_other_inputs_or_another_backbone_have_other_features(small_dataset, changes):
    assert key_of(small_dataset, FROZEN.changed(**changes)) != key_of(small_dataset)


def test_other_precision_has_other_features(small_dataset):
    assert key_of(small_dataset, precision="bfloat16") != key_of(small_dataset)


@pytest.mark.parametrize("changes", [{"epochs": 9}, {"learning_rate": 0.1}, {"dropout": 0.5}])
def test_other_training_of_the_head_has_the_same_features(small_dataset, changes):
    assert key_of(small_dataset, FROZEN.changed(**changes)) == key_of(small_dataset)


def test_damaged_features_are_computed_again(small_dataset, folder):
    expected = train(FROZEN, small_dataset)
    (file,) = folder.iterdir()
    file.write_bytes(file.read_bytes()[:1000])
    losses, _ = train(FROZEN, small_dataset)
    assert losses == expected[0]
    assert file.stat().st_size > 1000


def test_features_in_bfloat16_are_kept_as_they_are():
    features = torch.randn(2, 5, 3).bfloat16()
    feature_cache.try_save("a" * 64, features, features[0].clone())
    train_features, validation = feature_cache.load("a" * 64, CPU)
    assert torch.equal(train_features, features)
    assert torch.equal(validation, features[0])


def test_features_used_longest_ago_are_deleted(folder):
    for hours, key in enumerate("ab"):
        feature_cache.try_save(key * 64, torch.zeros(1, 1, 1), torch.zeros(1, 1))
        os.utime(feature_cache._file(key * 64), (3600 * hours, 3600 * hours))
    assert feature_cache.load("a" * 64, CPU) is not None
    feature_cache.try_save("c" * 64, torch.zeros(1, 1, 1), torch.zeros(1, 1))
    assert {file.name[0] for file in folder.iterdir()} == {"a", "c"}


def test_nothing_is_saved_where_the_disk_is_nearly_full(folder, monkeypatch):
    monkeypatch.setattr(feature_cache, "MIN_FREE_MULTIPLE", 10**18)
    feature_cache.try_save("a" * 64, torch.zeros(1, 1, 1), torch.zeros(1, 1))
    assert not list(folder.iterdir())


def test_quickly_computed_features_are_not_saved(small_dataset, folder, monkeypatch):
    monkeypatch.setattr(feature_cache, "MIN_SECONDS", 60.0)
    train(FROZEN, small_dataset)
    assert not folder.exists()
