"""Each field of a recipe has a knob, made from what the field says of itself."""

import pytest

from fmnist_core.training.presets import PRESETS
from fmnist_core.training.recipe import field_names, flatten
from fmnist_core.ui import recipe_settings


def test_every_field_has_a_knob() -> None:
    asked = {knob.field for knob in recipe_settings.all_settings()}
    assert asked == set(field_names()) - set(recipe_settings.SEPARATE_FIELDS)


@pytest.mark.parametrize("knob", recipe_settings.all_settings(), ids=lambda knob: knob.field)
def test_knob_says_what_it_does_and_allows(knob: recipe_settings.Setting) -> None:
    assert knob.title != knob.field
    assert ". Allowed: " in knob.help


@pytest.mark.parametrize("knob", recipe_settings.all_settings(), ids=lambda knob: knob.field)
@pytest.mark.parametrize("key", PRESETS)
def test_knob_can_show_every_preset(key: str, knob: recipe_settings.Setting) -> None:
    value = flatten(PRESETS[key].recipe)[knob.field]
    if knob.kind in ("choice", "steps"):
        assert value in recipe_settings.include_value(knob.options, value)
    elif value is None:
        assert knob.optional
        assert knob.empty_words


def test_kinds_follow_from_the_fields() -> None:
    assert recipe_settings.get_setting("optimiser").kind == "choice"
    assert recipe_settings.get_setting("learning_rate").kind == "steps"
    assert recipe_settings.get_setting("epochs").kind == "slider"
    assert recipe_settings.get_setting("patience").kind == "number"
    assert recipe_settings.get_setting("patience").empty_words == "never"
    assert (recipe_settings.get_setting("batch_size").least, recipe_settings.get_setting("batch_size").most) == (
        8,
        8192,
    )


def test_every_knob_stands_in_one_named_group() -> None:
    placed = [knob.field for members in recipe_settings.group_settings().values() for knob in members]
    assert sorted(placed) == sorted(knob.field for knob in recipe_settings.all_settings())
    assert recipe_settings.OTHER_GROUP not in recipe_settings.group_settings()


def test_what_is_suggested_can_also_be_typed() -> None:
    phases = recipe_settings.get_setting("earlier_phases")
    assert phases.kind == "combo"
    assert phases.empty_words == "none"
    assert "head 3 0.001 cosine" in phases.options
    assert recipe_settings.get_setting("channels").options == (1, 3)


def test_knobs_that_change_nothing_are_idle() -> None:
    recipe = PRESETS["seed-resnet50"].recipe
    assert recipe_settings.get_setting("keep_head").is_idle(recipe)
    assert not recipe_settings.get_setting("keep_head").is_idle(recipe.changed(weights="run:abc"))
    assert not recipe_settings.get_setting("head.activation").is_idle(recipe)
    assert recipe_settings.get_setting("head.activation").is_idle(recipe.changed(**{"head.widths": ""}))
    assert recipe_settings.get_setting("fixed_views").is_idle(recipe)
    assert not recipe_settings.get_setting("fixed_views").is_idle(recipe.changed(trainable="head"))


def test_round_values_are_one_two_five() -> None:
    assert recipe_settings.round_values(0.01, 0.2) == (0.01, 0.02, 0.05, 0.1, 0.2)


def test_a_value_from_elsewhere_is_put_in_its_place() -> None:
    assert recipe_settings.include_value((0.1, 0.5), 0.3) == (0.1, 0.3, 0.5)
    assert recipe_settings.include_value(("auto", "cpu"), "cuda:1") == ("auto", "cpu", "cuda:1")
