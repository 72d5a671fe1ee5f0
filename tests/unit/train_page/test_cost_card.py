"""The texts of the cost card: phases, and features computed once."""

from fmnist_core.train_page import cost_card
from fmnist_core.training.cost_estimate import CostEstimate, PhaseCost
from fmnist_core.training.presets import PRESETS


def estimate(*phases: tuple[float, float]) -> CostEstimate:
    """Of phases given as seconds per epoch, and seconds before the first."""
    return CostEstimate(
        parameters=1,
        flops_per_image=1,
        phases=tuple(
            PhaseCost(images_per_second=10, seconds_per_epoch=per_epoch, seconds_once=once)
            for per_epoch, once in phases
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
