"""A recipe goes into a link and comes back; what is not possible is said, the rest is kept."""

import pytest

from fmnist_core.train_page import recipe_link
from fmnist_core.train_page.recipe_link import RecipeChoice
from fmnist_core.training.presets import PRESETS


@pytest.mark.parametrize("key", PRESETS)
def test_a_preset_is_only_its_name(key: str) -> None:
    assert recipe_link.to_params(recipe_link.first_choice(key)) == {"preset": key}


def test_changes_survive_the_way_there_and_back() -> None:
    preset = PRESETS["cnn-quick"]
    changes = {
        "epochs": 3,
        "dropout": 0.35,
        "learning_rate": 0.015,
        "data": "drawn",
        "patience": 4,
        "augmentation.rotation": 15.0,
    }
    choice = RecipeChoice(preset, preset.recipe.changed(**changes))
    there = recipe_link.to_params(choice)
    assert there["learning_rate"] == "0.015"
    assert recipe_link.from_params(there) == (choice, [])


def test_empty_means_none() -> None:
    choice, complaints = recipe_link.from_params({"preset": "cnn-quick", "dropout": ""})
    assert choice.recipe.dropout is None
    assert complaints == []


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"preset": "cnn-fast"}, "No recipe 'cnn-fast'. Known: mlp-quick"),
        ({"epochs": "many"}, "epochs is 'many'; it must be a whole number from 1 to 200."),
        ({"model": "cn"}, "cn"),
        ({"augmentation.flip": "twice"}, "it must be one of none, random, alternating"),
        ({"colour": "red"}, "No recipe field 'colour'."),
    ],
)
def test_what_is_not_possible_is_said(params: dict[str, str], said: str) -> None:
    choice, complaints = recipe_link.from_params(params | {"seed": "7"})
    assert len(complaints) == 1
    assert said in complaints[0]
    assert choice.recipe.seed == 7


def test_the_run_that_is_shown_is_no_part_of_the_recipe() -> None:
    choice, complaints = recipe_link.from_params({"run": "20261120-100000-000-aaaa"})
    assert (choice, complaints) == (recipe_link.first_choice(), [])
