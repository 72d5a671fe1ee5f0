"""Threads and device of this machine."""

import os

import pytest
import torch

from fmnist_core.errors import RecipeError
from fmnist_core.training import devices
from fmnist_core.training.recipe import Recipe

RECIPE = Recipe(model="mlp")
CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _no_reservation(monkeypatch):
    monkeypatch.delenv(devices.THREADS_VARIABLE, raising=False)


@pytest.mark.parametrize(("value", "threads"), [("1", 1), ("", 4), ("999", 4), ("2,1", 4)])
def test_threads_respect_what_is_reserved(monkeypatch, value, threads):
    monkeypatch.setattr(devices, "_container_limit", lambda _: 4)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.setenv(devices.THREADS_VARIABLE, value)
    assert devices.usable_threads() == threads


@pytest.mark.parametrize(
    ("limit", "threads"), [("max 100000", 8), ("200000 100000", 2), ("5 100000", 1)]
)
def test_threads_respect_the_container_limit(tmp_path, monkeypatch, limit, threads):
    file = tmp_path / "cpu.max"
    file.write_text(limit)
    monkeypatch.setattr(devices, "CGROUP_LIMIT", file)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    assert devices.usable_threads() == threads


def test_missing_gpu_is_rejected():
    with pytest.raises(RecipeError, match="device is 'cuda:77', but this machine has"):
        devices.select_device(RECIPE.changed(device="cuda:77"))
