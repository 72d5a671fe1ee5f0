"""The features that a run's model computes for images, cached on disk."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fmnist_core.embedding import space
from fmnist_core.embedding.space import Space
from fmnist_core.errors import RunError

Progress = Callable[[float], None]
"""Is told the fraction that is done, from 0 to 1."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Features:
    """Features and predictions of a model for N images."""

    vectors: np.ndarray
    """float32 [N, F]."""
    probabilities: np.ndarray
    """float32 [N, 10]."""


def load_features(where: Space) -> Features | None:
    """Read the cached features of the points of a space; `None` if they are not cached.

    Raises `RunError` if the run has no weights.
    """
    arrays = space.load_arrays(where.key())
    if arrays is None or not {"vectors", "probabilities"} <= set(arrays):
        return None
    return Features(
        vectors=arrays["vectors"].astype(np.float32),
        probabilities=arrays["probabilities"].astype(np.float32),
    )


def save_features(where: Space, features: Features) -> None:
    """Cache the features of the points of a space in float16; raises `OSError`, `RunError`."""
    largest = np.finfo(np.float16).max
    space.save_arrays(
        where.key(),
        vectors=np.clip(features.vectors, -largest, largest).astype(np.float16),
        probabilities=features.probabilities.astype(np.float16),
    )


def compute_features(
    where: Space, images: np.ndarray, *, progress: Progress = lambda _: None
) -> Features:
    """Compute the features of images uint8 [N, 28, 28] with the model of a space.

    Raises `RunError` if its weights are missing or damaged.
    """
    import torch

    from fmnist_core.models.inference import predict_with_features
    from fmnist_core.runs import epoch_checkpoints, weights

    assert where.run is not None
    if where.epoch is None:
        model, input_spec = weights.load_model(where.run)
    else:
        model, input_spec = epoch_checkpoints.load(where.run, where.epoch)
    device = next(model.parameters()).device
    parts = []
    size = 250
    for start in range(0, len(images), size):
        batch = torch.from_numpy(np.array(images[start : start + size])).to(device)
        computed = predict_with_features(model, batch, input_spec=input_spec)
        parts.append([tensor.cpu().numpy() for tensor in computed])
        progress(min(1.0, (start + size) / len(images)))
    vectors, probabilities = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return _check(where, Features(vectors=vectors, probabilities=probabilities))


def query_features(where: Space, image: np.ndarray) -> Features:
    """Compute the features of one image uint8 [28, 28], that of the pixels included.

    The final model is kept in memory for the next image; raises `RunError`.
    """
    if where.run is None:
        uniform = np.full((1, 10), 0.1, dtype=np.float32)
        return Features(vectors=space.to_vectors(image[None]), probabilities=uniform)
    if where.epoch is not None:
        return compute_features(where, image[None])
    import torch

    from fmnist_core.models.inference import predict_with_features
    from fmnist_core.serving.model_cache import MODEL_CACHE

    predictor = MODEL_CACHE.get(where.run)
    device = next(predictor.model.parameters()).device
    with predictor.lock:
        vectors, probabilities = predict_with_features(
            predictor.model, torch.from_numpy(np.array(image[None])).to(device),
            input_spec=predictor.input_spec,
        )  # fmt: skip
    found = Features(vectors=vectors.cpu().numpy(), probabilities=probabilities.cpu().numpy())
    return _check(where, found)


def _check(where: Space, found: Features) -> Features:
    """Refuse features that have no place on a map; raises `RunError`."""
    if np.isfinite(found.vectors).all() and np.isfinite(found.probabilities).all():
        return found
    run_id = where.run.id if where.run else ""
    raise RunError(
        f"Run {run_id} computes features that are not numbers: it has diverged, or its weights are "
        "damaged. Choose another model."
    )
