"""Threads, device and precision of the machine at hand."""

import os

import pytest
import torch

from fmnist_core.errors import RecipeError
from fmnist_core.training import devices
from fmnist_core.training.recipe import Recipe

RECIPE = Recipe(model="mlp")
CPU = torch.device("cpu")


@pytest.mark.parametrize(
    ("limit", "threads"), [("max 100000", 8), ("200000 100000", 2), ("5 100000", 1)]
)
def test_threads_keep_to_the_containers_limit(tmp_path, monkeypatch, limit, threads):
    file = tmp_path / "cpu.max"
    file.write_text(limit)
    monkeypatch.setattr(devices, "CGROUP_LIMIT", file)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    assert devices.usable_threads() == threads


def test_gpu_that_is_not_there_is_refused():
    with pytest.raises(RecipeError, match="device is 'cuda:77', and this machine has"):
        devices.select_device(RECIPE.changed(device="cuda:77"))
