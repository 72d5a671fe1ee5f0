"""Errors carry what was wrong beside their message."""

import pickle

import pytest

from fmnist_core.errors import DataError, ModelError, RecipeError, RunError, unknown_key
from fmnist_core.models.registry import MODELS, get_model_spec
from fmnist_core.training.recipe import Recipe


def test_unknown_key_lists_the_known_ones():
    error = unknown_key(ModelError, "model", "cn", {"mlp": 1, "cnn": 2})
    assert str(error) == "No model 'cn'. Known: mlp, cnn."
    assert (error.field, error.value, error.allowed) == ("model", "cn", ("mlp", "cnn"))


@pytest.mark.parametrize(
    ("known", "text"),
    [([], "none yet."), (["a", "b"], "a, b."), (["a", "b", "c", "d"], "a, b and 2 more.")],
)
def test_a_long_list_of_known_keys_is_shortened(known, text):
    error = unknown_key(RunError, "run", "x", known, max_listed=2)
    assert str(error) == f"No run 'x'. Known: {text}"
    assert error.allowed == tuple(known)


def test_lookup_of_an_unknown_model_says_what_is_allowed():
    with pytest.raises(ModelError) as refused:
        get_model_spec("cn")
    assert refused.value.allowed == tuple(MODELS)


def test_recipe_with_one_bad_value_names_it():
    with pytest.raises(RecipeError) as refused:
        Recipe.parse({"model": "cnn", "epochs": 0})
    assert (refused.value.field, refused.value.value) == ("epochs", 0)
    assert refused.value.allowed == "a whole number from 1 to 200"


def test_an_error_survives_pickling():
    error = pickle.loads(pickle.dumps(DataError("No.", field="label", value=12)))
    assert (str(error), error.field, error.value) == ("No.", "label", 12)
