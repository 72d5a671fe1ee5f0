"""Stored test probabilities of a run with the labels they were measured by, read without torch.

The labels lie beside them so that runs compare on a machine that has not the data set, and so that
runs tested on other images are told apart.
"""

from dataclasses import dataclass

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from fmnist_core.errors import RunError
from fmnist_core.fashion_mnist import NUM_CLASSES
from fmnist_core.runs.run import Run

PROBABILITIES, LABELS = "probabilities", "labels"


@dataclass(frozen=True, kw_only=True)
class Predictions:
    """What a run answered to its N test images."""

    probabilities: np.ndarray
    """float32 [N, 10], rows adding up to 1 again after float16."""
    labels: np.ndarray
    """The true classes, int64 [N]."""


def load_predictions(run: Run) -> Predictions:
    """Raises `RunError` where they are missing or damaged."""
    path = run.predictions_file
    try:
        arrays = load_file(path)
        stored = arrays[PROBABILITIES].astype(np.float32)
        labels = arrays[LABELS].astype(np.int64)
    except FileNotFoundError:
        raise RunError(f"Run {run.id} has no {path.name}: train it again to compare it.") from None
    except (OSError, SafetensorError, KeyError) as error:
        raise RunError(f"Run {run.id} is damaged: {path.name} cannot be read ({error}).") from error
    if stored.shape != (labels.size, NUM_CLASSES) or not labels.size:
        raise RunError(
            f"Run {run.id} is damaged: {path.name} has probabilities of the shape {stored.shape} "
            f"for {labels.size} labels."
        )
    totals = stored.sum(axis=1, keepdims=True)
    if not np.isfinite(totals).all() or (stored < 0).any() or np.abs(totals - 1).max() > 0.05:
        raise RunError(f"Run {run.id} is damaged: {path.name} does not hold probabilities.")
    if labels.min() < 0 or labels.max() >= NUM_CLASSES:
        raise RunError(f"Run {run.id} is damaged: {path.name} does not hold labels.")
    return Predictions(probabilities=stored / totals, labels=labels)
