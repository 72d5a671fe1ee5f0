"""Corrupted training data: how many labels and images change, and that nothing else does."""

import numpy as np
import pytest

from fmnist_core.data.corruption import SQUARE, ClassName, Corruption, corrupt, plant_square
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.training.events import FitResult
from fmnist_core.training.loop import fit
from fmnist_core.training.recipe import Recipe
from tests.factories import synthetic_dataset

SHIRT = CLASSES.index("Shirt")


@pytest.fixture(scope="module")
def data():
    return synthetic_dataset(2000, 400, 400, seed=3)


def has_square(images):
    return (images[:, SQUARE, SQUARE] == 255).all(axis=(1, 2))


def test_classes_are_those_of_the_data_set():
    assert ClassName.__args__ == CLASSES


def test_without_corruption_the_data_are_returned_themselves(data):
    assert corrupt(data, Corruption(), seed=0) is data


def test_fraction_of_labels_is_wrong_and_images_stay(data):
    corrupted = corrupt(data, Corruption(label_noise=0.3), seed=0)
    assert np.mean(corrupted.train_labels != data.train_labels) == pytest.approx(0.3, abs=0.04)
    assert set(np.unique(corrupted.train_labels)) == set(range(10))
    assert corrupted.train_labels.dtype == data.train_labels.dtype
    assert (corrupted.train_images == data.train_images).all()
    assert (corrupted.validation_labels == data.validation_labels).all()


def test_all_labels_can_be_wrong(data):
    corrupted = corrupt(data, Corruption(label_noise=1.0), seed=0)
    assert (corrupted.train_labels != data.train_labels).all()


def test_only_the_class_gets_squares_and_no_test_image(data):
    corrupted = corrupt(data, Corruption(shortcut=0.5), seed=0)
    for split in ("train", "validation"):
        labels = getattr(data, f"{split}_labels")
        marked = has_square(getattr(corrupted, f"{split}_images"))
        assert not marked[labels != SHIRT].any()
        assert 0.25 < marked[labels == SHIRT].mean() < 0.75
    assert not has_square(data.train_images).any()  # the copy was changed
    assert (corrupted.test_images == data.test_images).all()


def test_same_seed_corrupts_the_same_images(data):
    corruption = Corruption(label_noise=0.5, shortcut=0.5)
    first, same, other = (corrupt(data, corruption, seed=seed) for seed in (1, 1, 2))
    assert (first.train_labels == same.train_labels).all()
    assert (first.train_images == same.train_images).all()
    assert (first.train_labels != other.train_labels).any()


def test_model_learns_the_square_and_misses_the_garment_without_it(data):
    recipe = Recipe.parse(
        {
            "model": "mlp",
            "data": "drawn",
            "epochs": 6,
            "batch_size": 64,
            "learning_rate": 0.003,
            "device": "cpu",
            "precision": "float32",
            "corruption": {"shortcut": 1.0},
        }
    )
    *_, result = fit(recipe, data)
    assert isinstance(result, FitResult)
    predictions = result.probabilities.argmax(dim=1).numpy()
    recall = np.mean(predictions[data.test_labels == SHIRT] == SHIRT)
    assert recall < 0.2
    assert result.validation_accuracy > np.mean(predictions == data.test_labels) + 0.05


def test_square_is_planted_in_single_images_too():
    image = np.zeros((28, 28), dtype=np.uint8)
    assert has_square(plant_square(image)[None]).all()
    assert not image.any()
