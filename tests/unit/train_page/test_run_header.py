"""The progress of a run, and how its batches are split."""

import pytest

from fmnist_core.train_page import run_header
from fmnist_core.training.history import build_history
from fmnist_core.training.presets import PRESETS
from fmnist_core.training.recipe import Recipe
from tests import factories

TWO_PHASES = PRESETS["seed-resnet50v2"].recipe


def test_progress_counts_all_phases() -> None:
    history = build_history(
        [
            factories.started(),
            factories.phase_started("head", 0),
            *factories.training_events(epochs=5)[1:],
        ]
    )
    fraction, text = run_header.progress(TWO_PHASES, history)
    assert fraction == 5 / 20
    assert text == "Phase 1 of 2: the head alone, learning rate 0.001"


def test_a_single_phase_has_no_text() -> None:
    history = build_history(factories.training_events(epochs=3))
    assert run_header.progress(PRESETS["cnn-quick"].recipe, history) == (0.5, "")


def test_features_have_a_bar_of_their_own() -> None:
    history = build_history(
        [factories.started(), factories.phase_started("head", 0), factories.feature_progress(340)]
    )
    assert run_header.progress(TWO_PHASES, history) == (
        0.34,
        "Computing features with the frozen backbone: 34%, 12 s left",
    )


@pytest.mark.parametrize(
    ("micro_batch", "num_train", "text"),
    [
        (4, None, "batch of 16 in 4 micro-batches of 4"),
        (6, None, "batch of 16 in 3 micro-batches of 6"),
        (16, None, None),
        (None, None, None),
        (12, 12, None),
    ],
)
def test_micro_batches(micro_batch: int | None, num_train: int | None, text: str | None) -> None:
    recipe = Recipe.parse({"model": "mlp", "batch_size": 16})
    assert run_header.micro_batch_text(recipe, micro_batch, num_train) == text
