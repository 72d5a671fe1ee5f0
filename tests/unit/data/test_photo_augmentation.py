"""Garments are made to look like photographs: another tone, outline and place, the same garment."""

import pytest
import torch

from fmnist_core.data.augmentation import Augmentation
from fmnist_core.data.photo_augmentation import to_photo_look
from fmnist_core.data.transforms import augment
from fmnist_core.errors import RecipeError
from fmnist_core.synthetic.garments import generate_garments
from fmnist_core.training.recipe import Recipe


@pytest.fixture(scope="module")
def images():
    return torch.from_numpy(generate_garments(200, seed=4)[0])


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(0)


def augment_photos(images, probability):
    mirrored = torch.zeros(len(images), dtype=torch.bool)
    return augment(images, Augmentation(photo=probability), mirrored=mirrored)


@pytest.mark.parametrize("number", [0, 1, 7])
def test_keeps_number_shape_and_type(images, number):
    changed = to_photo_look(images[:number])
    assert changed.shape == (number, 28, 28)
    assert changed.dtype == torch.uint8


def test_the_generator_decides_the_result(images):
    torch.manual_seed(3)
    first = to_photo_look(images)
    torch.manual_seed(3)
    assert torch.equal(to_photo_look(images), first)
    assert not torch.equal(to_photo_look(images), first)


def test_probability_decides_how_many_change_and_zero_changes_nothing(images):
    assert torch.equal(augment_photos(images, 0.0), images)
    changed = augment_photos(images, 0.4)
    num_changed = (changed != images).flatten(1).any(dim=1).sum()
    assert 50 < num_changed < 110
    assert (augment_photos(images, 1.0) != images).flatten(1).any(dim=1).all()


def test_the_originals_are_kept(images):
    before = images.clone()
    augment_photos(images, 1.0)
    to_photo_look(images)
    assert torch.equal(images, before)


def test_images_without_a_garment_and_full_ones_are_no_problem():
    empty = torch.zeros(50, 28, 28, dtype=torch.uint8)
    full = torch.full((50, 28, 28), 255, dtype=torch.uint8)
    assert to_photo_look(empty).float().mean() < 60
    assert to_photo_look(full).float().mean() > 60


def test_the_garment_fills_the_frame_on_a_black_ground(images):
    small = torch.zeros_like(images)
    small[:, 8:20, 10:18] = 150
    changed = to_photo_look(small)
    heights = (changed > 0).any(dim=2).sum(dim=1).float()
    assert heights.median() >= 22
    corners = changed[:, [0, 0, -1, -1], [0, -1, 0, -1]]
    assert (corners == 0).float().mean() > 0.9


def test_tones_reach_the_brightness_of_photographs(images):
    brightest = to_photo_look(images).flatten(1).float().quantile(0.99, dim=1)
    assert brightest.median() > 200


def test_tones_of_a_gray_garment_differ():
    gray = torch.zeros(200, 28, 28, dtype=torch.uint8)
    gray[:, 4:24, 8:20] = 120
    changed = to_photo_look(gray)[:, 10:18, 11:17].float()
    assert changed.flatten(1).std(dim=1).median() > 5  # folds, shading and prints
    assert changed.mean(dim=(1, 2)).std() > 10  # light


@pytest.mark.parametrize("probability", [-0.1, 1.1, "often"])
def test_the_recipe_refuses_other_probabilities(probability):
    recipe = Recipe.parse({"model": "mlp", "epochs": 1})
    with pytest.raises(RecipeError, match=r"augmentation\.photo.*from 0 to 1"):
        recipe.changed(**{"augmentation.photo": probability})


def test_an_earlier_recipe_has_no_photo_augmentation():
    values = Recipe.parse({"model": "mlp", "epochs": 1}).model_dump(by_alias=True)
    del values["augmentation"]["photo"]
    assert Recipe.parse(values).augmentation.photo == 0
