"""Phases: what each trains and what it freezes, their order, and resuming in one."""

import dataclasses

import pytest
import torch

from fmnist_core.errors import RecipeError
from fmnist_core.training import loop
from fmnist_core.training.events import Epoch, PhaseStarted, Snapshot, Step
from fmnist_core.training.fit_options import FitControl
from fmnist_core.training.loop import fit
from fmnist_core.training.phases import Phase
from fmnist_core.training.recipe import Recipe

BASE = Recipe.parse(
    {
        "model": "cnn",
        "data": "drawn",
        "epochs": 1,
        "batch_size": 32,
        "precision": "float32",
        "device": "cpu",
    }
)
MODELS = ("cnn", "mobilenetv3-small", "resnet50v2")


def snapshots(recipe, data):
    """Weights and statistics by name: before the first step, then after each epoch."""
    control, weights = FitControl(stop=True), []
    for event in fit(recipe, data, control=control):
        if isinstance(event, Snapshot):
            weights.append(snapshot_weights(event))
    control = FitControl()
    for event in fit(recipe, data, control=control):
        if isinstance(event, Snapshot):
            weights.append(snapshot_weights(event))
    return weights


def snapshot_weights(snapshot):
    return {
        name.removeprefix("model."): tensor.clone()
        for name, tensor in snapshot.tensors.items()
        if name.startswith("model.") and not name.endswith("num_batches_tracked")
    }


def changed_names(before, after):
    return {name for name in before if not torch.equal(before[name], after[name])}


def snapshot_in_phase(recipe, data, *, phase, step):
    """Train, stop at `step` in `phase` (from 1), and return the snapshot."""
    control, current_phase = FitControl(), 0
    for event in fit(recipe, data, control=control):
        if isinstance(event, PhaseStarted):
            current_phase = event.number
        if isinstance(event, Step) and current_phase == phase and event.step >= step:
            control.stop = True
        if isinstance(event, Snapshot) and control.stop:
            tensors = {name: tensor.clone() for name, tensor in event.tensors.items()}
            return dataclasses.replace(event, tensors=tensors)
    pytest.fail("training did not stop")


@pytest.mark.parametrize("model", MODELS)
def test_frozen_backbone_keeps_weights_and_statistics(small_dataset, model):
    recipe = BASE.changed(
        model=model, trainable="head", **{"augmentation.flip": "random"}, optimizer="adam"
    )
    _, before, after = snapshots(recipe.changed(epochs=2), small_dataset)
    assert changed_names(before, after) == {name for name in before if name.startswith("head.")}


@pytest.mark.parametrize("model", MODELS)
def test_only_the_last_layers_are_trained(small_dataset, model):
    first, *_, after = snapshots(
        BASE.changed(model=model, trainable="last 2", epochs=2), small_dataset
    )
    changed_layers = {name.rpartition(".")[0] for name in changed_names(first, after)}
    assert len({layer for layer in changed_layers if layer.startswith("backbone.")}) == 2
    assert any(layer.startswith("head.") for layer in changed_layers)


@pytest.mark.parametrize("trainable", ["everything", "last 999"])
def test_everything_is_trained(small_dataset, trainable):
    first, *_, after = snapshots(BASE.changed(trainable=trainable, epochs=2), small_dataset)
    assert changed_names(first, after) == set(first)


def test_each_phase_has_its_own_learning_rate(small_dataset, monkeypatch):
    monkeypatch.setattr(loop, "REPORT_SECONDS", 0.0)
    recipe = BASE.changed(
        earlier_phases="head 2 0.01 constant, last 1 1 0.001 constant",
        learning_rate=1e-4,
        schedule="constant",
    )
    phases, learning_rates = [], []
    for event in fit(recipe, small_dataset):
        if isinstance(event, PhaseStarted):
            phases.append((event.number, event.trainable, event.epoch, event.learning_rate))
        if isinstance(event, Step):
            learning_rates.append(event.learning_rate)
    assert phases == [
        (1, "head", 0.0, 0.01),
        (2, "last 1", 2.0, 0.001),
        (3, "everything", 3.0, 0.0001),
    ]
    assert learning_rates == [0.01] * 8 + [0.001] * 4 + [0.0001] * 4


def test_each_phase_has_a_whole_schedule(small_dataset, monkeypatch):
    monkeypatch.setattr(loop, "REPORT_SECONDS", 0.0)
    recipe = BASE.changed(earlier_phases="head 1 0.01 cosine", learning_rate=0.01)
    rates = [event.learning_rate for event in fit(recipe, small_dataset) if isinstance(event, Step)]
    assert rates[:4] == rates[4:]
    assert rates == sorted(rates[:4], reverse=True) * 2


def test_phase_counts_its_trainable_parameters(small_dataset):
    recipe = BASE.changed(earlier_phases="head 1 0.01 cosine")
    first, second = (
        event for event in fit(recipe, small_dataset) if isinstance(event, PhaseStarted)
    )
    assert first.parameters == 256 * 10 + 10
    assert second.parameters > 100 * first.parameters


def test_early_stopping_ends_a_phase_but_not_the_training(small_dataset):
    recipe = BASE.changed(earlier_phases="head 30 1e-9 constant", patience=1, epochs=1)
    events = list(fit(recipe, small_dataset))
    second = [event for event in events if isinstance(event, PhaseStarted)][1]
    assert 1 <= second.epoch < 30
    assert events[-1].epochs_done == second.epoch + 1


@pytest.mark.parametrize("recipe", [
    BASE.changed(earlier_phases="head 1 0.01 cosine", epochs=2),
    BASE.changed(earlier_phases="last 1 1 0.01 cosine", trainable="head", epochs=2),
    BASE.changed(earlier_phases="everything 1 0.01 cosine", trainable="head", epochs=2,
                 fixed_views=2, **{"augmentation.flip": "random"}),
], ids=["after a head", "in cached features", "in cached views"])  # fmt: skip
@pytest.mark.parametrize("step", [6, 8])
def test_run_resumed_in_a_later_phase_has_the_same_weights(
    small_dataset, monkeypatch, recipe, step
):
    monkeypatch.setattr(loop, "REPORT_SECONDS", 0.0)
    *_, uninterrupted = fit(recipe, small_dataset)
    *_, resumed = fit(
        recipe, small_dataset, snapshot=snapshot_in_phase(recipe, small_dataset, phase=2, step=step)
    )
    for name, weight in uninterrupted.weights.items():
        assert torch.equal(weight, resumed.weights[name]), name


def test_epochs_are_counted_across_phases(small_dataset):
    recipe = BASE.changed(earlier_phases="head 2 0.01 cosine", epochs=2)
    assert recipe.total_epochs == 4
    assert [event.epoch for event in fit(recipe, small_dataset) if isinstance(event, Epoch)] == [
        1,
        2,
        3,
        4,
    ]


@pytest.mark.parametrize(
    "text",
    ["head", "head 0 0.1 cosine", "tail 3 0.1 cosine", "head 3 0 cosine", "head 3 0.1 linear",
     "last 3 0.1 cosine", "last 0 3 0.1 cosine", "head 3 nan cosine", "head x 0.1 cosine"],
)  # fmt: skip
def test_invalid_phase_is_rejected(text):
    with pytest.raises(
        RecipeError, match=r"^earlier_phases is .*; it must be up to 5 comma-separated phases"
    ):
        BASE.changed(earlier_phases=text)


def test_phases_round_trip_through_json_and_text():
    recipe = BASE.changed(earlier_phases=" head 2  0.0125 cosine ,last  10 3 1e-05 constant")
    assert Recipe.model_validate_json(recipe.model_dump_json()) == recipe
    assert [str(phase) for phase in recipe.earlier_phases] == [
        "head 2 0.0125 cosine",
        "last 10 3 1e-05 constant",
    ]
    assert recipe.phases[-1] == Phase(
        trainable="everything", epochs=1, learning_rate=0.001, schedule="cosine"
    )
