"""Presets: each is complete and valid, and recipes are matched to them."""

import pytest

from fmnist_core.errors import RecipeError
from fmnist_core.models.registry import MODELS
from fmnist_core.training.presets import PRESETS, get_preset, matching_preset
from fmnist_core.training.recipe import Recipe


@pytest.mark.parametrize("key", PRESETS)
def test_preset_is_complete_and_valid(key):
    preset = get_preset(key)
    assert preset.key == key
    assert preset.title
    assert preset.summary.endswith(".")
    assert preset.recipe.model in MODELS
    assert preset.recipe.data == "fashion-mnist"
    assert Recipe.parse(preset.recipe.model_dump()) == preset.recipe


@pytest.mark.parametrize("key", ["mlp-quick", "cnn-quick", "cnn-best", "seed-mlp", "seed-cnn"])
def test_documented_preset_exists(key):
    assert key in PRESETS


@pytest.mark.parametrize("key", ["seed-mlp", "seed-cnn"])
def test_coursework_preset_follows_the_published_project(key):
    recipe = get_preset(key).recipe
    assert recipe.optimizer == "adamw"
    assert recipe.schedule != "constant"
    assert recipe.augmentation.flip != "none"
    assert recipe.augmentation.rotation > 0
    assert get_preset(key).reported


@pytest.mark.parametrize("change", [{"seed": 7}, {"keep_epochs": "never"}])
def test_matching_preset_ignores_what_does_not_affect_the_result(change):
    recipe = get_preset("cnn-quick").recipe.changed(**change)
    assert matching_preset(recipe) is get_preset("cnn-quick")


def test_changed_recipe_matches_no_preset():
    assert matching_preset(get_preset("cnn-quick").recipe.changed(epochs=3)) is None


def test_unknown_preset_is_rejected_with_the_known_keys():
    with pytest.raises(RecipeError, match=r"^No recipe 'cnn'\. Known: mlp-quick, "):
        get_preset("cnn")
