"""A run is named by its preset and by what was changed."""

from typing import Any

import pytest

from fmnist_core.runs.run_names import default_name
from fmnist_core.runs.store import MAX_NAME_LENGTH, clean_name
from fmnist_core.training.presets import PRESETS

MLP = PRESETS["mlp-quick"]


@pytest.mark.parametrize("key", PRESETS)
def test_unchanged_preset_gives_its_title_which_has_no_comma(key: str) -> None:
    preset = PRESETS[key]
    assert default_name(preset, preset.recipe) == preset.title
    assert "," not in preset.title


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"batch_size": 64, "learning_rate": 0.1}, "Quick MLP (learning rate 0.1, batch 64)"),
        ({"epochs": 1}, "Quick MLP (1 epoch)"),
        ({"seed": 3}, "Quick MLP (seed 3)"),
        ({"train_images": 5000, "optimiser": "sgd"}, "Quick MLP (5,000 images, SGD)"),
        ({"head.widths": "256, 128"}, "Quick MLP (extra layers 256-128)"),
        (
            {"schedule": "constant", "patience": 3},
            "Quick MLP (constant schedule, early stopping 3)",
        ),
        (
            {"epochs": 3, "batch_size": 64, "dropout": 0.5, "seed": 1, "augmentation.shift": 2},
            "Quick MLP (3 epochs, batch 64, dropout 0.5 +2 more)",
        ),
        ({"data": "drawn", "weights": "run:cnn"}, "Quick MLP"),  # lists add these themselves
    ],
)
def test_changes_are_named(changes: dict[str, Any], name: str) -> None:
    assert default_name(MLP, MLP.recipe.changed(**changes)) == name


@pytest.mark.parametrize("key", PRESETS)
def test_long_names_are_shortened_between_changes(key: str) -> None:
    preset = PRESETS[key]
    changes = {"label_smoothing": 0.35, "augmentation.erasing": 0.45, "patience": 17, "seed": 1234}
    name = default_name(preset, preset.recipe.changed(**changes))
    assert len(name) <= MAX_NAME_LENGTH
    assert clean_name(name) == name
    assert name.endswith((" more)", "4 changes)"))
