"""Data-parallel training: two workers take the same steps as one process with the whole batch."""

import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

import pytest
import torch
from torch import distributed, multiprocessing

from fmnist_core.training import loop, memory
from fmnist_core.training.data_parallel import WorkerGroup
from fmnist_core.training.events import (
    ControlChanged,
    Epoch,
    Event,
    FitResult,
    Snapshot,
    Started,
    Step,
)
from fmnist_core.training.fit_options import FitControl
from fmnist_core.training.loop import fit
from fmnist_core.training.recipe import Recipe
from tests.factories import synthetic_dataset

NUM_WORKERS = 2
RECIPE = Recipe.parse(
    {
        "model": "mlp",
        "data": "drawn",
        "epochs": 2,
        "batch_size": 65,
        "label_smoothing": 0.1,
        "dropout": 0.0,
        "augmentation": {"flip": "random", "shift": 1},
        "device": "cpu",
        "precision": "float32",
    }
)
"""Without dropout, and with a batch that two workers cannot share equally."""
FROZEN = RECIPE.changed(
    earlier_phases="head 2 0.01 cosine", fixed_views=2, epochs=1, **{"head.widths": [16]}
)
HALF = 0.5
ROUNDING = 1e-4
"""Sums of float32 in another order, after a dozen steps."""


@dataclass(frozen=True)
class Together:
    """What the first of two workers has seen."""

    events: list[Event]
    in_parts: list[Event]
    """Of a training whose batches are split for lack of memory."""
    stopped: list[Event]
    """Of a training that is stopped after a change of the learning rate."""
    resumed: list[Event]
    frozen: list[Event]
    """Of a training whose first phase trains the head on cached features."""


@pytest.fixture(scope="module")
def together(tmp_path_factory) -> Together:
    """Train with two processes, which take seconds to start."""
    folder = tmp_path_factory.mktemp("workers")
    # A new process imports the main module, which a page that was tested before has replaced.
    with patch.dict(sys.modules, {"__main__": ModuleType("__main__")}):
        multiprocessing.spawn(work, args=(folder,), nprocs=NUM_WORKERS)
    return torch.load(folder / "together", weights_only=False)


@pytest.fixture(scope="module")
def alone() -> list[Event]:
    return train()


def train(
    control: FitControl | None = None,
    snapshot: Snapshot | None = None,
    *,
    recipe: Recipe = RECIPE,
) -> list[Event]:
    """Train; with a `control`, halve the learning rate at step 3, and then stop."""
    data = synthetic_dataset(400, 120, 120, seed=5)
    events = []
    for event in fit(recipe, data, snapshot=snapshot, control=control):
        events.append(event)
        if control is not None and isinstance(event, Step) and event.step >= 3:
            control.stop = control.learning_rate_factor == HALF
            control.learning_rate_factor = HALF
    return events


def work(rank: int, folder: Path) -> None:
    """Train in one of the processes; only the control of the first one counts."""
    init_method = (folder / "group").as_uri()
    distributed.init_process_group(
        "gloo", init_method=init_method, rank=rank, world_size=NUM_WORKERS
    )
    loop.REPORT_SECONDS = 0.0
    events = train()
    stopped = train(FitControl() if rank == 0 else None)
    snapshot = stopped[-1]
    assert isinstance(snapshot, Snapshot)
    resumed = train(snapshot=snapshot)
    with patch.object(memory, "micro_batch_size", return_value=10 + 5 * rank):
        in_parts = train()
    frozen = train(recipe=FROZEN)
    if rank == 0:
        torch.save(Together(events, in_parts, stopped, resumed, frozen), folder / "together")
    distributed.destroy_process_group()


def assert_same_result(events: list[Event], others: list[Event]) -> None:
    """Within the rounding of float32: loss and accuracy of all epochs, weights, probabilities."""
    result, other = events[-1], others[-1]
    assert isinstance(result, FitResult)
    assert isinstance(other, FitResult)
    close = partial(torch.testing.assert_close, atol=ROUNDING, rtol=ROUNDING)
    close(result.weights, other.weights)
    close(result.probabilities, other.probabilities)
    epochs, other_epochs = epochs_of(events), epochs_of(others)
    assert [epoch.confusion for epoch in epochs] == [epoch.confusion for epoch in other_epochs]
    assert [(epoch.train_loss, epoch.train_accuracy) for epoch in epochs] == [
        pytest.approx((epoch.train_loss, epoch.train_accuracy), abs=ROUNDING)
        for epoch in other_epochs
    ]


def epochs_of(events: list[Event]) -> list[Epoch]:
    return [event for event in events if isinstance(event, Epoch)]


def test_two_workers_train_the_same_model_as_one_process(together, alone):
    assert_same_result(together.events, alone)


def test_gradients_of_a_batch_in_parts_are_averaged_once(together, alone):
    assert_same_result(together.in_parts, alone)


def test_workers_share_the_features_of_a_frozen_backbone(together):
    assert_same_result(together.frozen, train(recipe=FROZEN))


def test_workers_obey_the_first_one_together(together):
    steps = [event.step for event in together.stopped if isinstance(event, Step)]
    changed = [event for event in together.stopped if isinstance(event, ControlChanged)]
    assert [change.value for change in changed] == [HALF]
    assert together.stopped[-1].step == steps[-1] < together.events[-1].finished.step


def test_a_stopped_training_continues_where_it_was(together):
    started = together.resumed[0]
    assert isinstance(started, Started)
    assert started.step == together.stopped[-1].step
    assert [epoch.epoch for epoch in epochs_of(together.resumed)] == [1, 2]


@pytest.mark.parametrize("batch_size", [8, 65, 512])
def test_shares_cover_the_batch(batch_size):
    groups = [WorkerGroup(rank=rank, size=3) for rank in range(3)]
    batch = torch.arange(batch_size)
    shares = [group.share(batch) for group in groups]
    assert torch.equal(torch.cat(shares), batch)
    assert [group.share_size(batch_size) for group in groups] == list(map(len, shares))


@pytest.mark.parametrize("num_parts", [1, 2, 3, 10])
def test_parts_of_a_task_are_done_once_or_by_all(num_parts):
    parts = [list(WorkerGroup(rank=rank, size=3).own_parts(num_parts)) for rank in range(3)]
    together = sorted(number for numbers in parts for number in numbers)
    assert together == (
        list(range(num_parts)) if num_parts >= 3 else sorted([*range(num_parts)] * 3)
    )


def test_a_process_alone_does_everything_itself():
    group, control = WorkerGroup.current(), FitControl()
    assert (group.rank, group.size) == (0, 1)
    module = torch.nn.Linear(2, 2)
    assert group.replica(module) is module
    assert group.follow(control) is control
    assert group.first_decides(lambda: "float32") == "float32"
    assert group.any_true(True)
    parts = {number: torch.full((2, 3), number) for number in group.own_parts(4)}
    assert torch.equal(
        torch.cat(group.complete(parts, [2] * 4))[:, 0], torch.arange(4).repeat_interleave(2)
    )
