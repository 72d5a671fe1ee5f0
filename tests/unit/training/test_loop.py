"""The training loop: its events, reproducibility, resuming, and control while it runs."""

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
LEARNING_RATES = {"adamw": 0.002, "adam": 0.002, "sgd": 0.05, "muon": 0.1}
LARGE_MODELS = {
    "efficientnet-b0",
    "resnet50",
    "resnet50v2",
    "convnext-tiny",
    "vit-tiny",
    "mobilevit-xxs",
}
"""Models that train on less data here, to save time."""


@pytest.fixture(scope="module")
def data() -> Dataset:
    return synthetic_dataset(400, 120, 120, seed=5)


@pytest.fixture
def every_step(monkeypatch):
    monkeypatch.setattr(loop, "REPORT_SECONDS", 0.0)


def of_type(events, event_type):
    return [event for event in events if isinstance(event, event_type)]


def without_seconds(epoch: Epoch) -> Epoch:
    return epoch.model_copy(update={"seconds": 0.0})


def copy_snapshot(snapshot: Snapshot) -> Snapshot:
    tensors = {name: tensor.clone() for name, tensor in snapshot.tensors.items()}
    return dataclasses.replace(snapshot, tensors=tensors)


def assert_same_weights(result: FitResult, other: FitResult) -> None:
    assert result.weights.keys() == other.weights.keys()
    for name, weight in result.weights.items():
        assert torch.equal(weight, other.weights[name]), name


def run_to_snapshot(recipe: Recipe, data: Dataset, *, step: int) -> Snapshot:
    control = FitControl()
    for event in fit(recipe, data, control=control):
        if isinstance(event, Snapshot) and control.stop:
            return copy_snapshot(event)
        control.stop = isinstance(event, Step) and event.step >= step
    pytest.fail("training did not stop")


@pytest.mark.usefixtures("every_step")
def test_order_of_events(data):
    event_types = [type(event) for event in fit(RECIPE, data)]
    one_epoch = [*[Step] * 6, Epoch, Snapshot]
    assert event_types == [Started, PhaseStarted, *one_epoch, *one_epoch, FitResult]


def test_step_events_come_at_most_twice_a_second(data):
    events = list(fit(RECIPE, data))
    steps = of_type(events, Step)
    assert len(steps) <= events[-1].finished.seconds / loop.REPORT_SECONDS


def test_model_learns(data):
    *_, result = fit(RECIPE.changed(epochs=8), data)
    assert result.finished.test_accuracy > 0.6
    assert result.probabilities.shape == (120, 10)


@pytest.mark.parametrize("model", MODELS)
def test_same_seed_gives_the_same_curves(data, model):
    recipe = RECIPE.changed(model=model)
    if model in LARGE_MODELS:
        data = dataclasses.replace(data, train_images=data.train_images[:128])
        recipe = recipe.changed(epochs=1)
    first, second = (of_type(fit(recipe, data), Epoch) for _ in range(2))
    assert list(map(without_seconds, first)) == list(map(without_seconds, second))


def test_another_seed_gives_another_curve(data):
    first, second = (
        of_type(fit(RECIPE.changed(seed=seed), data), Epoch)[0].train_loss for seed in (0, 1)
    )
    assert first != second


@pytest.mark.parametrize("step", [3, 6, 8])
@pytest.mark.parametrize(("optimizer", "learning_rate"), LEARNING_RATES.items())
@pytest.mark.usefixtures("every_step")
def test_resumed_run_has_the_same_weights(data, optimizer, learning_rate, step):
    recipe = RECIPE.changed(model="cnn", optimizer=optimizer, learning_rate=learning_rate)
    *_, uninterrupted = fit(recipe, data)
    snapshot = run_to_snapshot(recipe, data, step=step)
    *_, resumed = fit(recipe, data, snapshot=snapshot)
    assert_same_weights(uninterrupted, resumed)


@pytest.mark.usefixtures("every_step")
def test_resumed_run_has_the_same_weights_with_muon_for_matrices(data):
    recipe = RECIPE.changed(optimizer="muon", learning_rate=0.01)
    *_, uninterrupted = fit(recipe, data)
    *_, resumed = fit(recipe, data, snapshot=run_to_snapshot(recipe, data, step=8))
    assert_same_weights(uninterrupted, resumed)


@pytest.mark.usefixtures("every_step")
def test_resumed_run_has_the_same_weights_on_two_threads_in_bfloat16(data, monkeypatch):
    monkeypatch.setattr(devices, "usable_threads", lambda: 2)
    recipe = RECIPE.changed(model="cnn", optimizer="muon", learning_rate=0.1, precision="bfloat16")
    *_, uninterrupted = fit(recipe, data)
    *_, resumed = fit(recipe, data, snapshot=run_to_snapshot(recipe, data, step=8))
    assert_same_weights(uninterrupted, resumed)


@pytest.mark.usefixtures("every_step")
def test_resume_repeats_no_step(data):
    snapshot = run_to_snapshot(RECIPE, data, step=8)
    events = list(fit(RECIPE, data, snapshot=snapshot))
    assert events[0].step == snapshot.step == 8
    assert [event.step for event in of_type(events, Step)] == [9, 10, 11, 12]


def test_result_has_the_best_epoch(data):
    events = list(fit(RECIPE.changed(epochs=4), data))
    best = [epoch for epoch in of_type(events, Epoch) if epoch.best][-1]
    result = events[-1]
    assert result.best_epoch == best.epoch
    assert result.validation_accuracy == best.validation_accuracy


def test_early_stopping(data):
    recipe = RECIPE.changed(epochs=50, patience=1, learning_rate=1e-9)
    *_, result = fit(recipe, data)
    assert result.epochs_done < 50


def test_epoch_has_its_confusion_matrix(data):
    epoch = of_type(fit(RECIPE, data), Epoch)[0]
    confusion = np.array(epoch.confusion)
    assert confusion.sum() == 120
    assert np.trace(confusion) == pytest.approx(epoch.validation_accuracy * 120)


@pytest.mark.usefixtures("every_step")
def test_changed_learning_rate_is_logged_and_applied(data):
    control = FitControl()
    unchanged = of_type(fit(RECIPE, data), Step)
    events = []
    for event in fit(RECIPE, data, control=control):
        events.append(event)
        if isinstance(event, Step) and event.step == 4:
            control.learning_rate_factor = 0.1
    rates = [event.learning_rate for event in of_type(events, Step)]
    assert [(event.step, event.value) for event in of_type(events, ControlChanged)] == [(4, 0.1)]
    assert rates[3] == unchanged[3].learning_rate
    assert rates[4] == pytest.approx(unchanged[4].learning_rate * 0.1)


@pytest.mark.usefixtures("every_step")
def test_explosion_is_warned_about_once(data):
    recipe = RECIPE.changed(optimizer="sgd", learning_rate=3, schedule="constant")
    events = []
    with pytest.raises(DivergedError, match="learning rate of 3 is probably too large"):
        events.extend(fit(recipe, data))
    assert len(of_type(events, TrainingWarning)) == 1


@pytest.mark.usefixtures("every_step")
def test_seconds_do_not_count_while_the_consumer_works(data, monkeypatch):
    clock = iter(range(10_000))
    monkeypatch.setattr("time.perf_counter", partial(next, clock))
    events = fit(RECIPE, data)
    first = next(event for event in events if isinstance(event, Step))
    for _ in range(1000):
        next(clock)
    assert next(events).seconds - first.seconds < 1000


def test_training_set_smaller_than_a_batch(data):
    *_, result = fit(RECIPE.changed(batch_size=4096), data)
    assert result.epochs_done == 2
