"""Estimates are stored under everything that the cost depends on."""

import pytest

from fmnist_core.training.cost_estimate import (
    CostEstimate,
    PhaseCost,
    cache_key,
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


def test_saved_estimate_is_loaded():
    assert load_estimate(RECIPE) is None
    save_estimate(RECIPE, ESTIMATE)
    assert load_estimate(RECIPE) == ESTIMATE


def test_cache_key_never_changes(monkeypatch):
    monkeypatch.setenv("FMNIST_MEMORY_LIMIT", "2 GB")
    assert cache_key(RECIPE) == (
        '[{"augmentation": {"drawings": 0.0, "erasing": 0.0, "flip": "none", "photo": 0.0, '
        '"rotation": 0.0, "shift": 0, "zoom": 0.0}, "batch_size": 512, "channels": 1, "data": '
        '"fashion-mnist", '
        '"device": "auto", "dropout": null, "fixed_views": null, "head": {"activation": "relu", '
        '"widths": []}, "input_size": null, "model": "mlp", "optimiser": "adamw", "precision": '
        '"auto", "statistics": "fashion-mnist", "train_images": null, "trainable": "everything"}, '
        '["everything"], "2 GB"]'
    )


def test_damaged_file_counts_as_no_estimate():
    save_estimate(RECIPE, ESTIMATE)
    estimate_file(RECIPE).write_text('{"parameters": 1')
    assert load_estimate(RECIPE) is None


@pytest.mark.parametrize("field", ["epochs", "learning_rate", "seed", "patience"])
def test_fields_without_cost_share_an_estimate(field):
    assert estimate_file(RECIPE.changed(**{field: 2})) == estimate_file(RECIPE)


def test_saving_epoch_weights_shares_an_estimate():
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
def test_fields_with_cost_have_separate_estimates(change):
    assert estimate_file(RECIPE.changed(**change)) != estimate_file(RECIPE)


def test_total_seconds_grow_with_epochs():
    assert ESTIMATE.total_seconds(RECIPE.changed(epochs=3)) == 4 + 3 * 11


def test_total_seconds_add_up_all_phases():
    cached_phase = PhaseCost(images_per_second=1e5, seconds_per_epoch=1.0, seconds_once=20.0)
    two_phases = ESTIMATE.model_copy(update={"phases": (cached_phase, *ESTIMATE.phases)})
    recipe = RECIPE.changed(earlier_phases="head 5 0.1 cosine", epochs=2)
    assert two_phases.total_seconds(recipe) == 4 + (20 + 5 * 1) + 2 * 11


def test_length_of_earlier_phases_shares_an_estimate():
    short, long = (RECIPE.changed(earlier_phases=f"head {epochs} 0.1 cosine") for epochs in (1, 9))
    assert estimate_file(short) == estimate_file(long)
