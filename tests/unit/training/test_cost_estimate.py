"""Estimates are kept by what the price depends on."""

import pytest

from fmnist_core.training.cost_estimate import (
    CostEstimate,
    PhaseCost,
    estimate_file,
    load_estimate,
    save_estimate,
)
from fmnist_core.training.presets import get_preset

RECIPE = get_preset("mlp-quick").recipe
ESTIMATE = CostEstimate(
    parameters=1000,
    flops_per_image=2000,
    phases=(PhaseCost(images_per_second=5000.0, seconds_per_epoch=11.0, seconds_once=0.0),),
    micro_batch=512,
    start_seconds=4.0,
    memory_bytes=10**8,
    device="a processor",
    precision="float32",
)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(tmp_path / "cache"))


def test_what_was_measured_is_known_afterwards():
    assert load_estimate(RECIPE) is None
    save_estimate(RECIPE, ESTIMATE)
    assert load_estimate(RECIPE) == ESTIMATE


def test_damaged_estimate_is_no_estimate():
    save_estimate(RECIPE, ESTIMATE)
    estimate_file(RECIPE).write_text('{"parameters": 1')
    assert load_estimate(RECIPE) is None


@pytest.mark.parametrize("field", ["epochs", "learning_rate", "seed", "patience"])
def test_what_costs_nothing_shares_an_estimate(field):
    assert estimate_file(RECIPE.changed(**{field: 2})) == estimate_file(RECIPE)


def test_what_is_kept_shares_an_estimate():
    assert estimate_file(RECIPE.changed(keep_epochs="always")) == estimate_file(RECIPE)


@pytest.mark.parametrize(
    "change",
    [
        {"batch_size": 64},
        {"augmentation.rotation": 5},
        {"input_size": 56},
        {"trainable": "head"},
        {"earlier_phases": "head 3 0.1 cosine"},
        {"head.widths": "64"},
    ],
)
def test_what_costs_has_its_own_estimate(change):
    assert estimate_file(RECIPE.changed(**change)) != estimate_file(RECIPE)


def test_seconds_grow_with_epochs():
    assert ESTIMATE.seconds(RECIPE.changed(epochs=3)) == 4 + 3 * 11


def test_every_phase_has_its_price():
    once = PhaseCost(images_per_second=1e5, seconds_per_epoch=1.0, seconds_once=20.0)
    both = ESTIMATE.model_copy(update={"phases": (once, *ESTIMATE.phases)})
    recipe = RECIPE.changed(earlier_phases="head 5 0.1 cosine", epochs=2)
    assert both.seconds(recipe) == 4 + (20 + 5 * 1) + 2 * 11


def test_phases_that_differ_in_length_share_an_estimate():
    short, long = (RECIPE.changed(earlier_phases=f"head {epochs} 0.1 cosine") for epochs in (1, 9))
    assert estimate_file(short) == estimate_file(long)
