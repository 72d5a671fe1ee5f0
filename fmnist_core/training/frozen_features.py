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
    if features is None:
        start = time.perf_counter()
        features = yield from _compute_features(state, views, seconds_between)
        if time.perf_counter() - start >= feature_cache.MIN_SECONDS:
            feature_cache.try_save(key, *features)
    state.batches.cached_inputs, state.validation_features = features
    state.used_cached_features = True
    # The remaining time is estimated from the steps alone, without this pass.
    state.phase_start_seconds = state.stopwatch.seconds


def _compute_features(
    state: TrainingState, views: Tensor, seconds_between: float
) -> Generator[FeatureProgress, None, tuple[Tensor, Tensor]]:
    """Features [K, N, F] of `views` uint8 [K, N, 28, 28] and [M, F] of the validation images."""
    batches = [*views.flatten(0, 1).split(state.evaluation_batch_size)]
    num_train_batches = len(batches)
    batches += state.data.validation_images.split(state.evaluation_batch_size)
    features: list[Tensor] = []
    start = last_report = time.perf_counter()
    state.model.eval()
    for batch in batches:
        features.append(backbone_features(state, batch))
        now = time.perf_counter()
        if now - last_report >= seconds_between:
            last_report = now
            fraction_done = len(features) / len(batches)
            yield FeatureProgress(
                step=state.step,
                epoch=state.epochs_done,
                seconds=state.stopwatch.seconds,
                done=sum(map(len, features)),
                total=sum(map(len, batches)),
                eta_seconds=(now - start) * (1 - fraction_done) / fraction_done,
            )
    state.set_training_mode()
    train_features = torch.cat(features[:num_train_batches])
    return train_features.unflatten(0, views.shape[:2]), torch.cat(features[num_train_batches:])


@torch.no_grad()
def backbone_features(state: TrainingState, images: Tensor) -> Tensor:
    """Features [N, F] of images uint8 [N, 28, 28], in the precision of the training."""
    with state.autocast():
        features: Tensor = state.model.backbone(to_inputs(images, state.input_spec))
    return features
