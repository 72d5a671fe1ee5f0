"""Each field of a recipe has a setting, derived from its type and description."""

import pytest

from fmnist_core.jobs import slots
from fmnist_core.training.presets import PRESETS
from fmnist_core.training.recipe import field_names, flatten
from fmnist_core.ui import recipe_settings
from fmnist_core.ui.recipe_settings import Setting, get_setting

SETTINGS = recipe_settings.all_settings()


def test_every_field_has_a_setting() -> None:
    fields = {setting.field for setting in SETTINGS}
    assert fields == set(field_names()) - set(recipe_settings.SEPARATE_FIELDS)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.field)
def test_setting_says_what_it_does_and_allows(setting: Setting) -> None:
    assert setting.title != setting.field
    assert len(setting.help) > 10
    assert "Allowed" not in setting.hint()


def test_hint_says_what_the_widget_accepts() -> None:
    assert get_setting("epochs").hint().endswith(" From 1 to 40.")
    assert get_setting("epochs").hint(usual_max=60).endswith(" From 1 to 60.")
    assert get_setting("learning_rate").hint().endswith(" From 0.00001 to 1.")
    assert get_setting("batch_size").hint().endswith(" Whole numbers from 8 to 8,192.")
    assert get_setting("optimiser").hint() == get_setting("optimiser").help
    assert "You can also type up to 4 comma-separated" in get_setting("head.widths").hint()


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.field)
@pytest.mark.parametrize("key", PRESETS)
def test_setting_can_show_every_preset(key: str, setting: Setting) -> None:
    value = flatten(PRESETS[key].recipe)[setting.field]
    if setting.kind in ("choice", "steps"):
        assert value in recipe_settings.include_value(setting.options, value)
    elif value is None:
        assert setting.optional
        assert setting.empty_text


def test_kinds_follow_from_the_fields() -> None:
    assert get_setting("optimiser").kind == "choice"
    assert get_setting("learning_rate").kind == "steps"
    assert get_setting("epochs").kind == "slider"
    assert get_setting("patience").kind == "number"
    assert get_setting("patience").empty_text == "never"
    batch_size = get_setting("batch_size")
    assert (batch_size.minimum, batch_size.maximum) == (8, 8192)


def test_every_setting_is_in_one_named_group() -> None:
    groups = recipe_settings.group_settings() | recipe_settings.group_expert_settings()
    grouped = [setting.field for settings in groups.values() for setting in settings]
    assert sorted(grouped) == sorted(setting.field for setting in SETTINGS)
    assert recipe_settings.OTHER_GROUP not in groups


def test_basics_come_first_and_hold_what_students_change() -> None:
    groups = recipe_settings.group_settings()
    basics = [setting.field for setting in groups["Basics"]]
    assert list(groups) == ["Basics", "Regularization", "Augmentation"]
    assert basics[:5] == ["epochs", "learning_rate", "batch_size", "train_images", "head.widths"]


def test_suggested_values_are_options_beside_typed_ones() -> None:
    phases = get_setting("earlier_phases")
    assert phases.kind == "combo"
    assert phases.empty_text == "none"
    assert "head 3 0.001 cosine" in phases.options
    assert get_setting("channels").options == (1, 3)


def test_settings_that_change_nothing_have_no_effect() -> None:
    recipe = PRESETS["seed-resnet50"].recipe
    assert get_setting("keep_head").has_no_effect(recipe)
    assert not get_setting("keep_head").has_no_effect(recipe.changed(weights="run:abc"))
    assert not get_setting("head.activation").has_no_effect(recipe)
    without_layers = recipe.changed(**{"head.widths": ""})
    assert get_setting("head.activation").has_no_effect(without_layers)
    assert get_setting("fixed_views").has_no_effect(recipe)
    assert not get_setting("fixed_views").has_no_effect(recipe.changed(trainable="head"))


def test_round_values_are_one_two_five() -> None:
    assert recipe_settings.round_values(0.01, 0.2) == (0.01, 0.02, 0.05, 0.1, 0.2)


def test_a_value_from_a_link_is_included_in_order() -> None:
    assert recipe_settings.include_value((0.1, 0.5), 0.3) == (0.1, 0.3, 0.5)
    assert recipe_settings.include_value(("auto", "cpu"), "cuda:1") == ("auto", "cpu", "cuda:1")


def test_workers_are_offered_only_where_a_run_can_have_several(monkeypatch) -> None:
    workers, recipe = get_setting("workers"), PRESETS["mlp-quick"].recipe
    assert workers.has_no_effect(recipe)
    assert not workers.has_no_effect(recipe.changed(workers=2))
    monkeypatch.setattr(slots, "slot_names", lambda: ("0", "1"))
    assert not workers.has_no_effect(recipe)
