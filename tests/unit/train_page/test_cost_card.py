"""The cost card in words: phases, features computed once, and parts of a batch."""

import pytest

from fmnist_core.train_page import cost_card, run_header
from fmnist_core.training.cost_estimate import CostEstimate, PhaseCost
from fmnist_core.training.presets import PRESETS
from fmnist_core.training.recipe import Recipe


def estimate(*phases: tuple[float, float]) -> CostEstimate:
    """Seconds an epoch, and seconds once, for each phase."""
    return CostEstimate(
        parameters=1,
        flops_per_image=1,
        phases=tuple(
            PhaseCost(images_per_second=10, seconds_per_epoch=each, seconds_once=once)
            for each, once in phases
        ),
        start_seconds=1,
        memory_bytes=1,
        micro_batch=4,
        device="a processor",
        precision="float32",
    )


def test_each_phase_has_a_line() -> None:
    recipe = PRESETS["seed-resnet50v2"].recipe
    assert cost_card.phase_lines(recipe, estimate((0.44, 130), (300, 0))) == [
        "1\\. the head alone: features computed once, 2 min, then 10 epochs × 0.4 s",
        "2\\. everything: 10 epochs × 5 min",
    ]


def test_a_single_phase_has_none_unless_features_are_computed_once() -> None:
    frozen = PRESETS["seed-resnet50-frozen"].recipe
    assert cost_card.phase_lines(PRESETS["cnn-quick"].recipe, estimate((5, 0))) == []
    assert len(cost_card.phase_lines(frozen, estimate((5, 60)))) == 1


@pytest.mark.parametrize(
    ("micro_batch", "num_train", "said"),
    [
        (4, None, "16 images go through in 4 parts of 4"),
        (6, None, "16 images go through in 3 parts of 6"),
        (16, None, None),
        (None, None, None),
        (12, 12, None),
    ],
)
def test_parts(micro_batch: int | None, num_train: int | None, said: str | None) -> None:
    recipe = Recipe.parse({"model": "mlp", "batch_size": 16})
    assert run_header.parts(recipe, micro_batch, num_train) == said
