"""Precompute the features of a frozen backbone, so that only the head trains on them."""

import time
from collections.abc import Generator, Iterator

import torch
from torch import Tensor

from fmnist_core.data.transforms import to_inputs
from fmnist_core.training import feature_cache
from fmnist_core.training.events import FeatureProgress
from fmnist_core.training.state import TrainingState


def cache_features(state: TrainingState, *, seconds_between: float) -> Iterator[FeatureProgress]:
    """Replace the images in the batches of this phase by their features.

    Takes them from the disk if an earlier run has computed the same ones. Yields progress; a
    consumer that stops early leaves the state unchanged.
    """
    assert state.num_views is not None
    views = state.batches.augmented_views(state.num_views)
    key = feature_cache.features_key(state, views)
    features = feature_cache.load(key, state.device)
    if state.workers.any_true(features is None):
        start = time.perf_counter()
        features = yield from _compute_features(state, views, seconds_between)
        if time.perf_counter() - start >= feature_cache.MIN_SECONDS:
            feature_cache.try_save(key, *features)
    assert features is not None
    state.batches.cached_inputs, state.validation_features = features
    state.used_cached_features = True
    # The remaining time is estimated from the steps alone, without this pass.
    state.phase_start_seconds = state.stopwatch.seconds


def _compute_features(
    state: TrainingState, views: Tensor, seconds_between: float
) -> Generator[FeatureProgress, None, tuple[Tensor, Tensor]]:
    """Features [K, N, F] of `views` uint8 [K, N, 28, 28] and [M, F] of the validation images.

    Several workers share the work: each computes some batches and gets the others' features.
    """
    batch_size = state.workers.first_decides(lambda: state.evaluation_batch_size)
    batches = [*views.flatten(0, 1).split(batch_size)]
    num_train_batches = len(batches)
    batches += state.data.validation_images.split(batch_size)
    num_images = sum(map(len, batches))
    own = state.workers.own_parts(len(batches))
    computed: dict[int, Tensor] = {}
    start = last_report = time.perf_counter()
    state.model.eval()
    for number in own:
        computed[number] = backbone_features(state, batches[number])
        now = time.perf_counter()
        if now - last_report >= seconds_between:
            last_report = now
            fraction_done = len(computed) / len(own)
            yield FeatureProgress(
                step=state.step,
                epoch=state.epochs_done,
                seconds=state.stopwatch.seconds,
                done=sum(map(len, computed.values())) * len(batches) // len(own),
                total=num_images,
                eta_seconds=(now - start) * (1 - fraction_done) / fraction_done,
            )
    state.set_training_mode()
    features = state.workers.complete(computed, list(map(len, batches)))
    train_features = torch.cat(features[:num_train_batches])
    return train_features.unflatten(0, views.shape[:2]), torch.cat(features[num_train_batches:])


@torch.no_grad()
def backbone_features(state: TrainingState, images: Tensor) -> Tensor:
    """Features [N, F] of images uint8 [N, 28, 28], in the precision of the training."""
    with state.autocast():
        features: Tensor = state.model.backbone(to_inputs(images, state.input_spec))
    return features
