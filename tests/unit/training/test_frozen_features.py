"""Training a head on cached features gives the same result as training on images."""

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


def disable_feature_cache(monkeypatch):
    """Train on the same images, each time through the whole model."""
    enter_phase, num_views = TrainingState.enter_phase, TrainingState.num_views.fget

    def enter_with_images(state, number):
        enter_phase(state, number)
        if num_views(state):
            views = state.batches.augmented_views(num_views(state))
            state.batches.cached_inputs = views

    monkeypatch.setattr(TrainingState, "enter_phase", enter_with_images)
    monkeypatch.setattr(TrainingState, "num_views", None)


def epochs_and_result(events):
    return [event for event in events if isinstance(event, Epoch | FitResult)]


@pytest.mark.parametrize("recipe", [FROZEN, VIEWS], ids=["no augmentation", "two views"])
def test_cached_features_give_the_same_result_as_images(small_dataset, monkeypatch, recipe):
    cached = epochs_and_result(fit(recipe, small_dataset))
    disable_feature_cache(monkeypatch)
    uncached = epochs_and_result(fit(recipe, small_dataset))
    for epoch, expected in zip(cached[:-1], uncached[:-1], strict=True):
        assert epoch.train_loss == pytest.approx(expected.train_loss, rel=1e-4)
        assert epoch.validation_loss == pytest.approx(expected.validation_loss, rel=1e-4)
    assert torch.allclose(cached[-1].probabilities, uncached[-1].probabilities, atol=1e-4)
    assert (cached[-1].cached_features, uncached[-1].cached_features) == (True, False)


def test_backbone_computes_each_image_once(small_dataset, monkeypatch):
    num_images = 0
    build_state = loop.TrainingState

    def build_counting_state(*arguments, **options):
        state = build_state(*arguments, **options)

        def count(_, inputs):
            nonlocal num_images
            num_images += len(inputs[0])

        state.model.backbone.register_forward_pre_hook(count)
        return state

    monkeypatch.setattr(loop, "TrainingState", build_counting_state)
    list(fit(FROZEN.changed(epochs=20), small_dataset))
    images_to_measure_memory = 2 + 4
    assert num_images == images_to_measure_memory + 128 + 40 + 40


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
def test_features_are_cached_only_if_the_result_is_the_same(small_dataset, changes, cached):
    (phase,) = [
        e
        for e in fit(FROZEN.changed(epochs=1, **changes), small_dataset)
        if type(e) is PhaseStarted
    ]
    assert phase.cached_features is cached


def test_progress_counts_all_images(small_dataset, monkeypatch):
    monkeypatch.setattr(loop, "REPORT_SECONDS", 0.0)
    progress = [
        event
        for event in fit(FROZEN.changed(input_size=224), small_dataset)
        if type(event) is FeatureProgress
    ]
    assert [event.done for event in progress] == sorted({event.done for event in progress})
    assert progress[-1].done == progress[-1].total == 128 + 40


def test_resume_after_a_stop_while_computing_features(small_dataset, monkeypatch):
    monkeypatch.setattr(loop, "REPORT_SECONDS", 0.0)
    control = FitControl()
    for event in fit(FROZEN, small_dataset, control=control):
        control.stop = control.stop or isinstance(event, FeatureProgress)
        last = event
    assert isinstance(last, Snapshot)
    *_, resumed = fit(FROZEN, small_dataset, snapshot=last)
    *_, uninterrupted = fit(FROZEN, small_dataset)
    assert torch.equal(resumed.probabilities, uninterrupted.probabilities)


def test_views_are_the_same_for_all_seeds(small_dataset):
    def views(seed):
        data = loop.DeviceData(small_dataset, torch.device("cpu"))
        state = TrainingState(VIEWS.changed(seed=seed), data, precision="float32")
        return state.batches.augmented_views(2)

    assert torch.equal(views(1), views(2))
    assert not torch.equal(views(1)[0], views(1)[1])
