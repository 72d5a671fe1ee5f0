"""A recipe becomes query parameters and comes back; invalid ones are reported, others count."""

import pytest

from fmnist_core.train_page import recipe_params
from fmnist_core.train_page.recipe_params import RecipeChoice
from fmnist_core.training.presets import PRESETS


@pytest.mark.parametrize("key", PRESETS)
def test_an_unchanged_preset_is_only_its_key(key: str) -> None:
    assert recipe_params.to_params(recipe_params.choose_preset(key)) == {"preset": key}


def test_changes_survive_the_round_trip() -> None:
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
    params = recipe_params.to_params(choice)
    assert params["learning_rate"] == "0.015"
    assert recipe_params.from_params(params) == (choice, [])


def test_empty_means_none() -> None:
    choice, problems = recipe_params.from_params({"preset": "cnn-quick", "dropout": ""})
    assert choice.recipe.dropout is None
    assert problems == []


@pytest.mark.parametrize(
    ("params", "problem"),
    [
        ({"preset": "cnn-fast"}, "There is no preset 'cnn-fast'."),
        ({"epochs": "many"}, "Epochs must be a whole number from 1 to 200, not 'many'."),
        ({"model": "cn"}, "No model 'cn'. Known: mlp, cnn"),
        (
            {"augmentation.flip": "twice"},
            "Horizontal flip must be one of none, random, alternating, not 'twice'.",
        ),
        ({"colour": "red"}, "There is no setting 'colour'."),
    ],
)
def test_invalid_parameters_are_reported(params: dict[str, str], problem: str) -> None:
    choice, problems = recipe_params.from_params(params | {"seed": "7"})
    assert len(problems) == 1
    assert problem in problems[0]
    assert choice.recipe.seed == 7


def test_the_shown_run_is_not_part_of_the_recipe() -> None:
    choice, problems = recipe_params.from_params({"run": "20261120-100000-000-aaaa"})
    assert (choice, problems) == (recipe_params.choose_preset(), [])
