import optuna
import pytest

from fmnist_core.errors import RecipeError
from fmnist_core.search.dimensions import (
    MAX_DIMENSIONS,
    SEARCHABLE,
    Options,
    Range,
    check_dimensions,
    parse_dimension,
    start_values,
    usual_dimension,
)
from fmnist_core.training.presets import PRESETS

LEARNING_RATE = Range(field="learning_rate", low=1e-3, high=0.1, log=True)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.key)
@pytest.mark.parametrize("field", SEARCHABLE)
def test_every_recipe_allows_the_usual_dimensions(field, preset):
    check_dimensions([usual_dimension(field, preset.recipe)], preset.recipe)


@pytest.mark.parametrize("field", SEARCHABLE)
def test_suggested_values_lie_in_their_dimension_and_in_a_recipe(field, recipe):
    dimension = usual_dimension(field, recipe)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    for _ in range(20):
        value = dimension.suggest(study.ask())
        assert dimension.contains(value)
        recipe.changed(**{field: value})


def test_the_learning_rate_goes_from_a_tenth_to_ten_times_the_recipes(recipe):
    dimension = usual_dimension("learning_rate", recipe.changed(learning_rate=0.05))
    assert (dimension.low, dimension.high, dimension.log) == (0.005, 0.5, True)


def test_numbers_are_rounded_and_whole_ones_stay_whole():
    assert LEARNING_RATE.round(0.0123456) == 0.0123
    assert Range(field="epochs", low=1, high=9, whole=True).round(7) == 7


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("learning_rate=0.001:0.1", LEARNING_RATE),
        ("optimiser=adamw, sgd", Options(field="optimiser", values=("adamw", "sgd"))),
        ("head.widths=64; 512, 256", Options(field="head.widths", values=("64", "512, 256"))),
        ("epochs=2:9", Range(field="epochs", low=2, high=9, whole=True)),
    ],
)
def test_ranges_and_values_are_parsed(text, expected, recipe):
    assert parse_dimension(text, recipe) == expected


def test_without_values_the_usual_ones_are_taken(recipe):
    assert parse_dimension("dropout", recipe) == usual_dimension("dropout", recipe)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("learning_rte=1:2", "No field to search 'learning_rte'"),
        ("learning_rate=0.1", "LOW:HIGH"),
        ("learning_rate=0.1:0.01", "smaller one"),
        ("learning_rate=0:1", "above 0"),
        ("epochs=1:900", "from 1 to 200"),
        ("optimiser=adamw", "at least two"),
        ("optimiser=adamw,lion", "one of adamw"),
    ],
)
def test_what_cannot_be_searched_is_said(text, said, recipe):
    with pytest.raises(RecipeError, match=said):
        check_dimensions([parse_dimension(text, recipe)], recipe)


def test_too_many_too_few_or_repeated_dimensions_are_refused(recipe):
    dimensions = [usual_dimension(field, recipe) for field in SEARCHABLE]
    with pytest.raises(RecipeError, match=f"at most {MAX_DIMENSIONS}"):
        check_dimensions(dimensions, recipe)
    with pytest.raises(RecipeError, match="at least one"):
        check_dimensions([], recipe)
    with pytest.raises(RecipeError, match="twice"):
        check_dimensions([dimensions[0]] * 2, recipe)


def test_the_first_trial_is_the_recipe_itself_where_it_lies_within(recipe):
    recipe = recipe.changed(learning_rate=0.5, optimiser="sgd")
    optimizers = Options(field="optimiser", values=("adamw", "sgd"))
    assert start_values([LEARNING_RATE, optimizers], recipe) == {"optimiser": "sgd"}
