"""Every preset is a recipe that can be trained."""

import pytest

from fmnist_core.errors import RecipeError
from fmnist_core.models.registry import MODELS
from fmnist_core.training.presets import PRESETS, get_preset, matching_preset
from fmnist_core.training.recipe import Recipe


@pytest.mark.parametrize("key", PRESETS)
def test_preset_is_whole(key):
    known = get_preset(key)
    assert known.key == key
    assert known.title
    assert known.summary.endswith(".")
    assert known.recipe.model in MODELS
    assert known.recipe.data == "fashion-mnist"
    assert Recipe.parse(known.recipe.model_dump()) == known.recipe


@pytest.mark.parametrize("key", ["mlp-quick", "cnn-quick", "cnn-best", "seed-mlp", "seed-cnn"])
def test_preset_that_was_promised_is_there(key):
    assert key in PRESETS


@pytest.mark.parametrize("key", ["seed-mlp", "seed-cnn"])
def test_coursework_recipes_follow_the_published_ones(key):
    recipe = get_preset(key).recipe
    assert recipe.optimiser == "adamw"
    assert recipe.schedule != "constant"
    assert recipe.augmentation.flip != "none"
    assert recipe.augmentation.rotation > 0
    assert get_preset(key).reported


@pytest.mark.parametrize("change", [{"seed": 7}, {"keep_epochs": "never"}])
def test_what_decides_nothing_may_differ(change):
    followed = matching_preset(get_preset("cnn-quick").recipe.changed(**change))
    assert followed is get_preset("cnn-quick")


def test_unknown_preset_is_refused_with_the_known_ones():
    with pytest.raises(RecipeError, match=r"^No recipe 'cnn'\. Known: mlp-quick, "):
        get_preset("cnn")
