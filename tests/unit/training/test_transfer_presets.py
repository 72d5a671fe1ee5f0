"""Transfer learning: one preset for each regime, from weights that are on every machine."""

import pytest

from fmnist_core.models import pretrained_files
from fmnist_core.training.presets import PRESETS, matching_preset
from fmnist_core.training.transfer_presets import TRANSFER_PRESETS

FROZEN, LAST_LAYERS, FINE_TUNED, SCRATCH = (preset.recipe for preset in TRANSFER_PRESETS)


@pytest.mark.parametrize("preset", TRANSFER_PRESETS, ids=lambda preset: preset.key)
def test_preset_is_registered_and_its_weights_need_no_download(preset, monkeypatch):
    monkeypatch.delenv("FMNIST_WEIGHTS_DIR", raising=False)
    monkeypatch.setattr(pretrained_files, "_is_on_hub", lambda _: pytest.fail("asked the hub"))
    assert PRESETS[preset.key] is preset
    assert matching_preset(preset.recipe) is preset
    assert pretrained_files.availability_problem(preset.recipe.spec) is None


def test_twins_differ_in_nothing_but_their_initial_weights():
    assert FINE_TUNED.differences(SCRATCH) == {"weights": ("imagenet", "scratch")}


def test_each_regime_trains_what_it_says():
    assert [phase.trainable for phase in FROZEN.phases] == ["head"]
    assert [phase.trainable for phase in LAST_LAYERS.phases] == ["head", "last 20"]
    assert [phase.trainable for phase in FINE_TUNED.phases] == ["head", "everything"]


@pytest.mark.parametrize("recipe", [FROZEN, LAST_LAYERS, FINE_TUNED])
def test_inputs_are_those_of_imagenet(recipe):
    assert recipe.weights == "imagenet"
    assert (recipe.input_spec.mean, recipe.input_spec.std) == (0.5, 0.5)
    assert recipe.channels == 3
