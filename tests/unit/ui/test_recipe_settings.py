"""Each field of a recipe has a knob, made from what the field says of itself."""

import pytest

from fmnist_core.training.presets import PRESETS
from fmnist_core.training.recipe import field_names, flatten
from fmnist_core.ui import recipe_settings


def test_every_field_has_a_knob() -> None:
    asked = {knob.field for knob in recipe_settings.all_knobs()}
    assert asked == set(field_names()) - set(recipe_settings.ELSEWHERE)


@pytest.mark.parametrize("knob", recipe_settings.all_knobs(), ids=lambda knob: knob.field)
def test_knob_says_what_it_does_and_allows(knob: recipe_settings.Setting) -> None:
    assert knob.title != knob.field
    assert ". Allowed: " in knob.help


@pytest.mark.parametrize("knob", recipe_settings.all_knobs(), ids=lambda knob: knob.field)
@pytest.mark.parametrize("key", PRESETS)
def test_knob_can_show_every_preset(key: str, knob: recipe_settings.Setting) -> None:
    value = flatten(PRESETS[key].recipe)[knob.field]
    if knob.kind in ("choice", "steps"):
        assert value in recipe_settings.with_value(knob.options, value)
    elif value is None:
        assert knob.optional
        assert knob.empty_words


def test_kinds_follow_from_the_fields() -> None:
    assert recipe_settings.knob("optimiser").kind == "choice"
    assert recipe_settings.knob("learning_rate").kind == "steps"
    assert recipe_settings.knob("epochs").kind == "slider"
    assert recipe_settings.knob("patience").kind == "number"
    assert recipe_settings.knob("patience").empty_words == "never"
    assert (recipe_settings.knob("batch_size").least, recipe_settings.knob("batch_size").most) == (
        8,
        8192,
    )


def test_every_knob_stands_in_one_named_group() -> None:
    placed = [knob.field for members in recipe_settings.grouped().values() for knob in members]
    assert sorted(placed) == sorted(knob.field for knob in recipe_settings.all_knobs())
    assert recipe_settings.REST not in recipe_settings.grouped()


def test_what_is_suggested_can_also_be_typed() -> None:
    phases = recipe_settings.knob("earlier_phases")
    assert phases.kind == "combo"
    assert phases.empty_words == "none"
    assert "head 3 0.001 cosine" in phases.options
    assert recipe_settings.knob("channels").options == (1, 3)


def test_knobs_that_change_nothing_are_idle() -> None:
    recipe = PRESETS["seed-resnet50"].recipe
    assert recipe_settings.knob("keep_head").is_idle(recipe)
    assert not recipe_settings.knob("keep_head").is_idle(recipe.changed(weights="run:abc"))
    assert not recipe_settings.knob("head.activation").is_idle(recipe)
    assert recipe_settings.knob("head.activation").is_idle(recipe.changed(**{"head.widths": ""}))
    assert recipe_settings.knob("fixed_views").is_idle(recipe)
    assert not recipe_settings.knob("fixed_views").is_idle(recipe.changed(trainable="head"))


def test_round_values_are_one_two_five() -> None:
    assert recipe_settings.round_values(0.01, 0.2) == (0.01, 0.02, 0.05, 0.1, 0.2)


def test_a_value_from_elsewhere_is_put_in_its_place() -> None:
    assert recipe_settings.with_value((0.1, 0.5), 0.3) == (0.1, 0.3, 0.5)
    assert recipe_settings.with_value(("auto", "cpu"), "cuda:1") == ("auto", "cpu", "cuda:1")
