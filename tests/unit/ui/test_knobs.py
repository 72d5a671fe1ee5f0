"""Each field of a recipe has a knob, made from what the field says of itself."""

import pytest

from fmnist_core.training.presets import PRESETS
from fmnist_core.training.recipe import flatten, known_fields
from fmnist_core.ui import knobs


def test_every_field_has_a_knob() -> None:
    asked = {knob.field for knob in knobs.all_knobs()}
    assert asked == set(known_fields()) - set(knobs.ELSEWHERE)


@pytest.mark.parametrize("knob", knobs.all_knobs(), ids=lambda knob: knob.field)
def test_knob_says_what_it_does_and_allows(knob: knobs.Knob) -> None:
    assert knob.title != knob.field
    assert ". Allowed: " in knob.help


@pytest.mark.parametrize("knob", knobs.all_knobs(), ids=lambda knob: knob.field)
@pytest.mark.parametrize("key", PRESETS)
def test_knob_can_show_every_preset(key: str, knob: knobs.Knob) -> None:
    value = flatten(PRESETS[key].recipe)[knob.field]
    if knob.kind in ("choice", "steps"):
        assert value in knobs.with_value(knob.options, value)
    elif value is None:
        assert knob.optional
        assert knob.empty_words


def test_kinds_follow_from_the_fields() -> None:
    assert knobs.knob("optimiser").kind == "choice"
    assert knobs.knob("learning_rate").kind == "steps"
    assert knobs.knob("epochs").kind == "slider"
    assert knobs.knob("patience").kind == "number"
    assert knobs.knob("patience").empty_words == "never"
    assert (knobs.knob("batch_size").least, knobs.knob("batch_size").most) == (8, 8192)


def test_every_knob_stands_in_one_named_group() -> None:
    placed = [knob.field for members in knobs.grouped().values() for knob in members]
    assert sorted(placed) == sorted(knob.field for knob in knobs.all_knobs())
    assert knobs.REST not in knobs.grouped()


def test_what_is_suggested_can_also_be_typed() -> None:
    phases = knobs.knob("earlier_phases")
    assert phases.kind == "combo"
    assert phases.empty_words == "none"
    assert "head 3 0.001 cosine" in phases.options
    assert knobs.knob("channels").options == (1, 3)


def test_knobs_that_change_nothing_are_idle() -> None:
    recipe = PRESETS["seed-resnet50"].recipe
    assert knobs.knob("keep_head").is_idle(recipe)
    assert not knobs.knob("keep_head").is_idle(recipe.changed(weights="run:abc"))
    assert not knobs.knob("head.activation").is_idle(recipe)
    assert knobs.knob("head.activation").is_idle(recipe.changed(**{"head.widths": ""}))
    assert knobs.knob("fixed_views").is_idle(recipe)
    assert not knobs.knob("fixed_views").is_idle(recipe.changed(trainable="head"))


def test_round_values_are_one_two_five() -> None:
    assert knobs.round_values(0.01, 0.2) == (0.01, 0.02, 0.05, 0.1, 0.2)


def test_a_value_from_elsewhere_is_put_in_its_place() -> None:
    assert knobs.with_value((0.1, 0.5), 0.3) == (0.1, 0.3, 0.5)
    assert knobs.with_value(("auto", "cpu"), "cuda:1") == ("auto", "cpu", "cuda:1")
