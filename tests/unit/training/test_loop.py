"""The loop: its events, their order, and that a seed decides everything."""

import dataclasses
from functools import partial

import numpy as np
import pytest
import torch

from fmnist_core.data.datasets import Dataset
from fmnist_core.errors import DivergedError
from fmnist_core.models.registry import MODELS
from fmnist_core.training import devices, loop
from fmnist_core.training.events import (
    ControlChanged,
    Epoch,
    FitResult,
    PhaseStarted,
    Snapshot,
    Started,
    Step,
    TrainingWarning,
)
from fmnist_core.training.fit_options import FitControl
from fmnist_core.training.loop import fit
from fmnist_core.training.recipe import Recipe
from tests.factories import synthetic_dataset

RECIPE = Recipe.parse(
    {
        "model": "mlp",
        "data": "drawn",
        "epochs": 2,
        "batch_size": 64,
        "augmentation": {"flip": "random", "shift": 1},
        "device": "cpu",
        "precision": "float32",
    }
)
OPTIMISERS = {"adamw": 0.002, "adam": 0.002, "sgd": 0.05, "muon": 0.1}
LARGE = {"efficientnet-b0", "resnet50", "resnet50v2", "convnext-tiny", "vit-tiny", "mobilevit-xxs"}
"""A few of their steps say as much as many."""


@pytest.fixture(scope="module")
def data() -> Dataset:
    return synthetic_dataset(400, 120, 120, seed=5)


@pytest.fixture
def every_step(monkeypatch):
    monkeypatch.setattr(loop, "REPORT_SECONDS", 0.0)


def of_type(events, kind):
    return [event for event in events if isinstance(event, kind)]


def without_time(epoch: Epoch) -> Epoch:
    return epoch.model_copy(update={"seconds": 0.0})


def frozen_copy(snapshot: Snapshot) -> Snapshot:
    tensors = {name: tensor.clone() for name, tensor in snapshot.tensors.items()}
    return dataclasses.replace(snapshot, tensors=tensors)


def run_to_snapshot(recipe: Recipe, data: Dataset, *, step: int) -> Snapshot:
    control = FitControl()
    for event in fit(recipe, data, control=control):
        if isinstance(event, Snapshot) and control.stop:
            return frozen_copy(event)
        control.stop = isinstance(event, Step) and event.step >= step
    pytest.fail("it never stopped")


@pytest.mark.usefixtures("every_step")
def test_events_come_in_order(data):
    kinds = [type(event) for event in fit(RECIPE, data)]
    one_epoch = [*[Step] * 6, Epoch, Snapshot]
    assert kinds == [Started, PhaseStarted, *one_epoch, *one_epoch, FitResult]


def test_reports_twice_a_second_at_most(data):
    events = list(fit(RECIPE, data))
    steps = of_type(events, Step)
    assert len(steps) <= events[-1].finished.seconds / loop.REPORT_SECONDS


def test_it_learns(data):
    *_, outcome = fit(RECIPE.changed(epochs=8), data)
    assert outcome.finished.test_accuracy > 0.6
    assert outcome.probabilities.shape == (120, 10)


@pytest.mark.parametrize("model", MODELS)
def test_same_seed_same_curves(data, model):
    recipe = RECIPE.changed(model=model)
    if model in LARGE:
        data = dataclasses.replace(data, train_images=data.train_images[:128])
        recipe = recipe.changed(epochs=1)
    first, second = (of_type(fit(recipe, data), Epoch) for _ in range(2))
    assert list(map(without_time, first)) == list(map(without_time, second))


def test_another_seed_another_curve(data):
    first, second = (
        of_type(fit(RECIPE.changed(seed=seed), data), Epoch)[0].train_loss for seed in (0, 1)
    )
    assert first != second


@pytest.mark.parametrize("step", [3, 6, 8])
@pytest.mark.parametrize(("optimiser", "rate"), OPTIMISERS.items())
@pytest.mark.usefixtures("every_step")
def test_resumed_is_as_never_stopped(data, optimiser, rate, step):
    recipe = RECIPE.changed(model="cnn", optimiser=optimiser, learning_rate=rate)
    *_, whole = fit(recipe, data)
    snapshot = run_to_snapshot(recipe, data, step=step)
    *_, resumed = fit(recipe, data, snapshot=snapshot)
    assert whole.weights.keys() == resumed.weights.keys()
    for name, weight in whole.weights.items():
        assert torch.equal(weight, resumed.weights[name]), name


@pytest.mark.usefixtures("every_step")
def test_resumed_is_as_never_stopped_with_muon_for_matrices(data):
    recipe = RECIPE.changed(optimiser="muon", learning_rate=0.01)
    *_, whole = fit(recipe, data)
    *_, resumed = fit(recipe, data, snapshot=run_to_snapshot(recipe, data, step=8))
    assert all(torch.equal(weight, resumed.weights[name]) for name, weight in whole.weights.items())


@pytest.mark.usefixtures("every_step")
def test_resumed_is_as_never_stopped_on_two_threads_in_bfloat16(data, monkeypatch):
    monkeypatch.setattr(devices, "usable_threads", lambda: 2)
    recipe = RECIPE.changed(model="cnn", optimiser="muon", learning_rate=0.1, precision="bfloat16")
    *_, whole = fit(recipe, data)
    *_, resumed = fit(recipe, data, snapshot=run_to_snapshot(recipe, data, step=8))
    assert all(torch.equal(weight, resumed.weights[name]) for name, weight in whole.weights.items())


@pytest.mark.usefixtures("every_step")
def test_resumed_goes_on_where_it_stopped(data):
    snapshot = run_to_snapshot(RECIPE, data, step=8)
    events = list(fit(RECIPE, data, snapshot=snapshot))
    assert events[0].step == snapshot.step == 8
    assert [event.step for event in of_type(events, Step)] == [9, 10, 11, 12]


def test_best_weights_are_what_is_tested(data):
    events = list(fit(RECIPE.changed(epochs=4), data))
    best = [epoch for epoch in of_type(events, Epoch) if epoch.best][-1]
    outcome = events[-1]
    assert outcome.best_epoch == best.epoch
    assert outcome.validation_accuracy == best.validation_accuracy


def test_patience_ends_it_early(data):
    recipe = RECIPE.changed(epochs=50, patience=1, learning_rate=1e-9)
    *_, outcome = fit(recipe, data)
    assert outcome.epochs_done < 50


def test_epoch_carries_its_confusion_matrix(data):
    epoch = of_type(fit(RECIPE, data), Epoch)[0]
    confusion = np.array(epoch.confusion)
    assert confusion.sum() == 120
    assert np.trace(confusion) == pytest.approx(epoch.validation_accuracy * 120)


@pytest.mark.usefixtures("every_step")
def test_turned_learning_rate_is_an_event_and_counts(data):
    control = FitControl()
    steady = of_type(fit(RECIPE, data), Step)
    turned = []
    for event in fit(RECIPE, data, control=control):
        turned.append(event)
        if isinstance(event, Step) and event.step == 4:
            control.learning_rate_factor = 0.1
    rates = [event.learning_rate for event in of_type(turned, Step)]
    assert [(event.step, event.value) for event in of_type(turned, ControlChanged)] == [(4, 0.1)]
    assert rates[3] == steady[3].learning_rate
    assert rates[4] == pytest.approx(steady[4].learning_rate * 0.1)


@pytest.mark.usefixtures("every_step")
def test_explosion_is_told_once(data):
    recipe = RECIPE.changed(optimiser="sgd", learning_rate=3, schedule="constant")
    seen = []
    with pytest.raises(DivergedError, match="learning rate of 3 is probably too large"):
        seen.extend(fit(recipe, data))
    assert len(of_type(seen, TrainingWarning)) == 1


@pytest.mark.usefixtures("every_step")
def test_time_stands_still_while_nobody_asks(data, monkeypatch):
    clock = iter(range(10_000))
    monkeypatch.setattr("time.perf_counter", partial(next, clock))
    events = fit(RECIPE, data)
    first = next(event for event in events if isinstance(event, Step))
    for _ in range(1000):
        next(clock)
    assert next(events).seconds - first.seconds < 1000


def test_fewer_images_than_a_batch(data):
    *_, outcome = fit(RECIPE.changed(batch_size=4096), data)
    assert outcome.epochs_done == 2
