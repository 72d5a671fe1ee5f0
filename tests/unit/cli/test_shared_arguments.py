"""`--set`: parse changes of a recipe."""

import pytest

from fmnist_core.cli import shared_arguments
from fmnist_core.cli.main import build_parser
from fmnist_core.errors import RecipeError

TYPED = {
    "3": 3,
    "1e-3": 0.001,
    "true": True,
    "random": "random",
    "cuda:0": "cuda:0",
    '"3"': '"3"',
    "[1]": "[1]",
    "": None,
    "none": None,
    "None": None,
    "null": None,
}


@pytest.mark.parametrize("text", TYPED)
def test_value_is_a_scalar_or_the_text(text):
    value = shared_arguments.parse_value(text)
    assert value == TYPED[text]
    assert type(value) is type(TYPED[text])


def test_changes_reach_the_recipe():
    changes = ["epochs=3", "augmentation.flip=random", "dropout=", "learning_rate=1e-3", "epochs=4"]
    words = [word for change in changes for word in ("--set", change)]
    arguments = build_parser().parse_args(["cost", "--recipe", "mlp-quick", *words])
    recipe = shared_arguments.get_recipe(arguments)
    assert (recipe.epochs, recipe.dropout, recipe.learning_rate) == (4, None, 0.001)
    assert recipe.augmentation.flip == "random"


@pytest.mark.parametrize("change", ["epochs=many", "epochs=3.5", "epochs=", "augmentation=none"])
def test_impossible_value_names_its_field(change):
    words = ["cost", "--recipe", "mlp-quick", "--set", change]
    with pytest.raises(RecipeError, match=f"^{change.partition('=')[0]} is "):
        shared_arguments.get_recipe(build_parser().parse_args(words))


def test_runs_folder_is_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arguments = build_parser().parse_args(["runs", "list", "--runs", "here"])
    assert shared_arguments.runs_folder(arguments) == tmp_path / "here"


def test_none_is_a_choice_where_a_field_has_it():
    assert shared_arguments.parse_change("augmentation.flip=none") == ("augmentation.flip", "none")
    assert shared_arguments.parse_change("dropout=none") == ("dropout", None)
