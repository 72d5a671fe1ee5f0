"""Slots: one per GPU, or one for the CPU."""

import pytest

from fmnist_core.jobs import slots

VISIBLE = {"": ("cpu",), "-1": ("cpu",), "0": ("0",), "2,3": ("2", "3"), "GPU-ab": ("GPU-ab",)}


@pytest.fixture(autouse=True)
def _clear_cache():
    slots.slot_names.cache_clear()
    yield
    slots.slot_names.cache_clear()


@pytest.mark.parametrize("visible", VISIBLE)
def test_visible_devices_determine_the_slots(monkeypatch, visible):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert slots.slot_names() == VISIBLE[visible]


@pytest.mark.parametrize(("num_gpus", "names"), [(0, ("cpu",)), (2, ("0", "1"))])
def test_without_the_variable_the_driver_counts_gpus(monkeypatch, num_gpus, names):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(slots, "count_gpus", lambda: num_gpus)
    assert slots.slot_names() == names
