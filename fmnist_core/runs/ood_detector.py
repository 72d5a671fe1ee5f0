"""A run's measure of what is unlike its training images, beside its weights."""

import numpy as np
import torch
from torch import Tensor

from fmnist_core.data.datasets import Dataset
from fmnist_core.errors import RunError
from fmnist_core.evaluation import ood
from fmnist_core.evaluation.ood import MahalanobisDetector
from fmnist_core.fashion_mnist import NUM_CLASSES
from fmnist_core.models.inference import predict_with_features
from fmnist_core.runs import weights
from fmnist_core.runs.run import Run

NUM_TRAIN, NUM_VALIDATION = 4000, 2000
"""Images that it is measured on: enough for its figures to settle."""


def fit(run: Run, data: Dataset) -> MahalanobisDetector | None:
    """From a finished run's weights; `None` where they give nothing that can be measured."""
    model, input_spec = weights.load_model(run)
    device = next(model.parameters()).device

    def features(images: np.ndarray) -> np.ndarray:
        moved = torch.from_numpy(np.array(images)).to(device)
        found, _ = predict_with_features(model, moved, input_spec=input_spec)
        return found.cpu().numpy()

    chosen = np.random.default_rng(0).permutation(len(data.train_images))[:NUM_TRAIN]
    return ood.fit(
        features(data.train_images[chosen]),
        data.train_labels[chosen],
        validation_features=features(data.validation_images[:NUM_VALIDATION]),
    )


def fit_and_save(run: Run, data: Dataset) -> None:
    """Measure it and keep it beside the weights, where there is anything; raises `OSError`."""
    measured = fit(run, data)
    if measured is not None:
        save(run, measured)


def save(run: Run, measured: MahalanobisDetector) -> None:
    """Beside the weights, directions in 16 bits; raises `OSError`."""
    weights.write_tensors(
        run.ood_detector_file,
        {
            "means": torch.from_numpy(measured.means),
            "directions": torch.from_numpy(measured.directions).half(),
            "variances": torch.from_numpy(measured.variances),
            "threshold": torch.tensor([measured.threshold]),
        },
    )


def load(run: Run) -> MahalanobisDetector | None:
    """What was measured, or `None` for a run without it; raises `RunError` for a damaged file."""
    if not run.ood_detector_file.exists():
        return None
    tensors, _ = weights.read_tensors(run.ood_detector_file)
    try:
        found = MahalanobisDetector(
            means=_floats(tensors["means"]),
            directions=_floats(tensors["directions"]),
            variances=_floats(tensors["variances"]),
            threshold=tensors["threshold"].item(),
        )
    except (KeyError, RuntimeError) as error:
        raise RunError(f"{run.ood_detector_file} is not what this lab writes.") from error
    width = found.means.shape[-1]
    fits = (
        found.means.shape == (NUM_CLASSES, width)
        and found.directions.shape == (len(found.variances) - 1, width)
        and (found.variances > 0).all()
    )
    if not fits:
        raise RunError(f"{run.ood_detector_file} is not what this lab writes.")
    return found


def _floats(tensor: Tensor) -> np.ndarray:
    values: np.ndarray = tensor.float().numpy()
    return values
