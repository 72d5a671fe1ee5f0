"""Slots: one per GPU, or one for the CPU."""

import pytest
from filelock import Timeout

from fmnist_core.jobs import slots
from fmnist_core.runs import locks

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


def test_all_slots_of_a_run_are_held_together(tmp_path):
    with slots.hold(tmp_path, "0,1", timeout=0):
        assert locks.is_locked(slots.slot_lock(tmp_path, "0"))
        assert locks.is_locked(slots.slot_lock(tmp_path, "1"))
    with slots.hold(tmp_path, "1", timeout=0):
        with pytest.raises(Timeout), slots.hold(tmp_path, "0,1", timeout=0):
            pass
        assert not locks.is_locked(slots.slot_lock(tmp_path, "0"))
