"""Stored test probabilities of a run, read without torch."""

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from fmnist_core.data.classes import NUM_CLASSES
from fmnist_core.errors import RunError
from fmnist_core.runs.folder import Run


def load(run: Run, *, num_images: int) -> np.ndarray:
    """Probabilities float32 [num_images, 10], rows adding up to 1 again after float16.

    Raises `RunError` where they are missing, damaged, or of another number of images.
    """
    path = run.predictions_file
    try:
        stored = load_file(path)["probabilities"].astype(np.float32)
    except FileNotFoundError:
        raise RunError(f"Run {run.id} has no {path.name}: train it again to compare it.") from None
    except (OSError, SafetensorError, KeyError) as error:
        raise RunError(f"Run {run.id} is damaged: {path.name} cannot be read ({error}).") from error
    if stored.shape != (num_images, NUM_CLASSES):
        raise RunError(
            f"Run {run.id} is damaged: {path.name} has the shape {stored.shape}, not "
            f"({num_images}, {NUM_CLASSES})."
        )
    totals = stored.sum(axis=1, keepdims=True)
    if not np.isfinite(totals).all() or (stored < 0).any() or np.abs(totals - 1).max() > 0.05:
        raise RunError(f"Run {run.id} is damaged: {path.name} does not hold probabilities.")
    normalised: np.ndarray = stored / totals
    return normalised
