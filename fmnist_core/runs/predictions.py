"""Read a run's stored test probabilities and the test labels, without torch.

The labels are stored too, so that runs can be compared on a machine without the data set, and
runs tested on different images can be distinguished.
"""

from dataclasses import dataclass

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from fmnist_core.errors import RunError
from fmnist_core.fashion_mnist import NUM_CLASSES
from fmnist_core.runs.run import Run

PROBABILITIES, LABELS = "probabilities", "labels"
"""Names of the tensors in the file."""


@dataclass(frozen=True, kw_only=True)
class Predictions:
    """A run's predictions for its N test images."""

    probabilities: np.ndarray
    """float32 [N, 10], rows normalized to sum to 1 after storage as float16."""
    labels: np.ndarray
    """True classes, int64 [N]."""


def load_predictions(run: Run) -> Predictions:
    """Read and check the predictions; raises `RunError` if they are missing or damaged."""
    path = run.predictions_file
    try:
        arrays = load_file(path)
        probabilities = arrays[PROBABILITIES].astype(np.float32)
        labels = arrays[LABELS].astype(np.int64)
    except FileNotFoundError:
        raise RunError(f"Run {run.id} has no {path.name}: train it again to compare it.") from None
    except (OSError, SafetensorError, KeyError) as error:
        raise RunError(f"Run {run.id} is damaged: {path.name} cannot be read ({error}).") from error
    if probabilities.shape != (labels.size, NUM_CLASSES) or not labels.size:
        raise RunError(
            f"Run {run.id} is damaged: {path.name} has probabilities of the shape "
            f"{probabilities.shape} for {labels.size} labels."
        )
    totals = probabilities.sum(axis=1, keepdims=True)
    if (
        not np.isfinite(totals).all()
        or (probabilities < 0).any()
        or np.abs(totals - 1).max() > 0.05
    ):
        raise RunError(f"Run {run.id} is damaged: {path.name} does not hold probabilities.")
    if labels.min() < 0 or labels.max() >= NUM_CLASSES:
        raise RunError(f"Run {run.id} is damaged: {path.name} does not hold labels.")
    return Predictions(probabilities=probabilities / totals, labels=labels)
