"""Features computed once give what the plain way gives."""

import pytest
import torch

from fmnist_core.training import loop
from fmnist_core.training.events import Epoch, FeatureProgress, FitResult, PhaseStarted, Snapshot
from fmnist_core.training.fit_options import FitControl
from fmnist_core.training.loop import fit
from fmnist_core.training.recipe import Recipe
from fmnist_core.training.state import TrainingState

FROZEN = Recipe.parse(
    {
        "model": "mobilenetv3-small",
        "data": "drawn",
        "trainable": "head",
        "head": {"widths": "32"},
        "epochs": 3,
        "batch_size": 32,
        "learning_rate": 0.01,
        "precision": "float32",
        "device": "cpu",
    }
)
VIEWS = FROZEN.changed(
    fixed_views=2, **{"augmentation.flip": "random", "augmentation.rotation": 15}
)


def plainly(monkeypatch):
    """The same images, every time through the whole model."""
    enter, views = TrainingState.enter_phase, TrainingState.num_views.fget

    def enter_with_images(state, number):
        enter(state, number)
        if views(state):
            state.batches.stacks = state.batches.views(views(state))

    monkeypatch.setattr(TrainingState, "enter_phase", enter_with_images)
    monkeypatch.setattr(TrainingState, "num_views", None)


@pytest.mark.parametrize("recipe", [FROZEN, VIEWS], ids=["as they are", "two views"])
def test_same_result_as_the_plain_way(small_dataset, monkeypatch, recipe):
    cached = [event for event in fit(recipe, small_dataset) if isinstance(event, Epoch | FitResult)]
    plainly(monkeypatch)
    plain = [event for event in fit(recipe, small_dataset) if isinstance(event, Epoch | FitResult)]
    for one, other in zip(cached[:-1], plain[:-1], strict=True):
        assert one.train_loss == pytest.approx(other.train_loss, rel=1e-4)
        assert one.validation_loss == pytest.approx(other.validation_loss, rel=1e-4)
    assert torch.allclose(cached[-1].probabilities, plain[-1].probabilities, atol=1e-4)
    assert (cached[-1].cached_features, plain[-1].cached_features) == (True, False)


def test_backbone_sees_each_image_once(small_dataset, monkeypatch):
    seen = 0
    build = loop.TrainingState

    def counting(*arguments, **options):
        state = build(*arguments, **options)

        def count(_, inputs):
            nonlocal seen
            seen += len(inputs[0])

        state.model.backbone.register_forward_pre_hook(count)
        return state

    monkeypatch.setattr(loop, "TrainingState", counting)
    list(fit(FROZEN.changed(epochs=20), small_dataset))
    measured_for_memory = 2 + 4
    assert seen == measured_for_memory + 128 + 40 + 40


@pytest.mark.parametrize(
    ("changes", "cached"),
    [
        ({}, True),
        ({"augmentation.flip": "random"}, False),
        ({"augmentation.flip": "random", "fixed_views": 3}, True),
        ({"trainable": "last 1"}, False),
        ({"trainable": "everything"}, False),
    ],
)
def test_only_where_it_changes_nothing(small_dataset, changes, cached):
    (began,) = [
        e
        for e in fit(FROZEN.changed(epochs=1, **changes), small_dataset)
        if type(e) is PhaseStarted
    ]
    assert began.cached_features is cached


def test_says_how_far_it_is(small_dataset, monkeypatch):
    monkeypatch.setattr(loop, "REPORT_SECONDS", 0.0)
    progress = [
        event
        for event in fit(FROZEN.changed(input_size=224), small_dataset)
        if type(event) is FeatureProgress
    ]
    assert [event.done for event in progress] == sorted({event.done for event in progress})
    assert progress[-1].done == progress[-1].total == 128 + 40


def test_stopped_meanwhile_it_can_be_resumed(small_dataset, monkeypatch):
    monkeypatch.setattr(loop, "REPORT_SECONDS", 0.0)
    control = FitControl()
    for event in fit(FROZEN, small_dataset, control=control):
        control.stop = control.stop or isinstance(event, FeatureProgress)
        last = event
    assert isinstance(last, Snapshot)
    *_, resumed = fit(FROZEN, small_dataset, snapshot=last)
    *_, whole = fit(FROZEN, small_dataset)
    assert torch.equal(resumed.probabilities, whole.probabilities)


def test_views_are_decided_by_the_seed(small_dataset):
    def views(seed):
        data = loop.DeviceData(small_dataset, torch.device("cpu"))
        state = TrainingState(VIEWS.changed(seed=seed), data, precision="float32")
        return state.batches.views(2)

    assert torch.equal(views(1), views(1))
    assert not torch.equal(views(1), views(2))
    assert not torch.equal(views(1)[0], views(1)[1])
