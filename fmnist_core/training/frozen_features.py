"""A frozen backbone runs once over each image; the head then trains on what it gave."""

import time
from collections.abc import Iterator

import torch
from torch import Tensor

from fmnist_core.data.transforms import to_inputs
from fmnist_core.training.events import FeatureProgress
from fmnist_core.training.state import TrainingState


def cache_features(state: TrainingState, *, seconds_between: float) -> Iterator[FeatureProgress]:
    """Let the batches of this phase be features instead of images.

    Yields how far it is; whoever stops asking leaves the state as it was.
    """
    assert state.num_views is not None
    views = state.batches.views(state.num_views)
    parts = [*views.flatten(0, 1).split(state.evaluation_batch_size)]
    num_training = len(parts)
    parts += state.data.validation_images.split(state.evaluation_batch_size)
    features: list[Tensor] = []
    start = reported = time.perf_counter()
    state.model.eval()
    for part in parts:
        features.append(backbone_features(state, part))
        now = time.perf_counter()
        if now - reported >= seconds_between:
            reported = now
            done = len(features) / len(parts)
            yield FeatureProgress(
                step=state.step,
                epoch=state.epochs_done,
                seconds=state.watch.seconds,
                done=sum(map(len, features)),
                total=sum(map(len, parts)),
                eta_seconds=(now - start) * (1 - done) / done,
            )
    state.set_training()
    state.batches.stacks = torch.cat(features[:num_training]).unflatten(0, views.shape[:2])
    state.validation_features = torch.cat(features[num_training:])
    state.has_cached = True
    # The pace of the steps from here on says how long they take.
    state.phase_start_seconds = state.watch.seconds


@torch.no_grad()
def backbone_features(state: TrainingState, images: Tensor) -> Tensor:
    """What the backbone gives for images uint8 [N, 28, 28] in the training's precision, [N, F]."""
    with state.autocast():
        features: Tensor = state.model.backbone(to_inputs(images, state.input_spec))
    return features
