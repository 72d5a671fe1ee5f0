"""Who may train with several workers, and what says why somebody may not."""

import importlib.util
from itertools import pairwise

import pytest

from fmnist_core.jobs import queue, slots
from fmnist_core.jobs.executors.executor import ExecutorError
from fmnist_core.jobs.executors.several_workers import check_workers, fit_here, uses_gpus
from fmnist_core.runs import store
from fmnist_core.training.recipe import Recipe
from tests.factories import synthetic_dataset

RECIPE = Recipe.parse({"model": "mlp", "data": "drawn", "epochs": 1, "precision": "float32"})


@pytest.mark.parametrize(
    ("changes", "num_gpus", "num_cores", "sentence"),
    [
        ({"workers": 3}, 0, 2, "^Here has 2 processor cores, but .* at most 2.$"),
        ({"workers": 3}, 1, 8, "^Here has 1 GPU, but .* at most 1.$"),
        ({"workers": 2, "device": "cuda"}, 0, 8, "^Here has 0 GPUs, but .* at most 1.$"),
        ({"workers": 9, "device": "cpu"}, 16, 8, "^Here has 8 processor cores"),
    ],
)
def test_too_few_devices_are_refused(changes, num_gpus, num_cores, sentence):
    with pytest.raises(ExecutorError, match=sentence):
        check_workers(
            RECIPE.changed(**changes), num_gpus=num_gpus, num_cores=num_cores, where="Here"
        )


def test_without_ray_only_one_worker_trains(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    check_workers(RECIPE, num_gpus=0, num_cores=1, where="Here")
    with pytest.raises(ExecutorError, match=r"needs Ray: pip install -r requirements-cluster.txt"):
        check_workers(RECIPE.changed(workers=2), num_gpus=0, num_cores=2, where="Here")


def test_gpus_are_used_unless_the_recipe_says_otherwise():
    assert uses_gpus(RECIPE, num_gpus=1)
    assert not uses_gpus(RECIPE, num_gpus=0)
    assert not uses_gpus(RECIPE.changed(device="cpu"), num_gpus=1)


def test_one_worker_trains_in_this_process():
    events = list(fit_here(RECIPE, synthetic_dataset(256, 40, 40, seed=1)))
    assert events[0].step == 0
    assert all(event.step <= later.step for event, later in pairwise(events[:-1]))


def test_too_many_workers_are_refused_before_anything_starts(monkeypatch):
    monkeypatch.setattr(slots, "slot_names", lambda: ("cpu",))
    with pytest.raises(ExecutorError, match=r"^This machine has \d+ processor core"):
        next(fit_here(RECIPE.changed(workers=32), synthetic_dataset(256, 40, 40, seed=1)))


def test_run_that_could_never_train_is_not_queued(runs_folder):
    with pytest.raises(ExecutorError, match="workers, which need one each"):
        queue.submit_run(RECIPE.changed(workers=32, device="cpu"), name="many", folder=runs_folder)
    assert store.list_runs(runs_folder) == []
