"""`--set`: parse changes of a recipe; `--box`: parse a part of a photo."""

from argparse import ArgumentTypeError

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


@pytest.mark.parametrize("text", ["0.1,0.2,0.9,1", "10%,20%,90%,100%", " 0.1, 20%, .9, 1e0"])
def test_box_is_in_fractions_or_percentages(text):
    assert shared_arguments.parse_box(text) == (0.1, 0.2, 0.9, 1.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "write four numbers from 0 to 1"),
        ("0,0,1", "write four numbers from 0 to 1"),
        ("0,0,1,1,1", "write four numbers from 0 to 1"),
        ("a,0,1,1", "write four numbers from 0 to 1"),
        ("0.5,0,0.5,1", "left must be less than right"),
        ("0,0.9,1,0.1", "top less than bottom"),
        ("10,20,90,80", "all from 0 to 1"),
        ("0,0,1,101%", "all from 0 to 1"),
        ("nan,0,1,1", "all from 0 to 1"),
    ],
)
def test_impossible_box_is_explained(text, message):
    with pytest.raises(ArgumentTypeError, match=message):
        shared_arguments.parse_box(text)
