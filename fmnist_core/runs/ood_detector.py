"""The out-of-distribution detector of a run: fit, save and load it."""

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
"""Images used for fitting; with more, the detection rates hardly change."""


def fit(run: Run, data: Dataset) -> MahalanobisDetector | None:
    """Fit a detector to a finished run's features; `None` if they are not usable."""
    model, input_spec = weights.load_model(run)
    device = next(model.parameters()).device

    def compute_features(images: np.ndarray) -> np.ndarray:
        pixels = torch.from_numpy(np.array(images)).to(device)
        features, _ = predict_with_features(model, pixels, input_spec=input_spec)
        return features.cpu().numpy()

    indices = np.random.default_rng(0).permutation(len(data.train_images))[:NUM_TRAIN]
    return ood.fit(
        compute_features(data.train_images[indices]),
        data.train_labels[indices],
        validation_features=compute_features(data.validation_images[:NUM_VALIDATION]),
    )


def fit_and_save(run: Run, data: Dataset) -> None:
    """Fit the detector and save it, if it can be fitted; raises `OSError`."""
    detector = fit(run, data)
    if detector is not None:
        save(run, detector)


def save(run: Run, detector: MahalanobisDetector) -> None:
    """Save beside the weights, the directions as float16; raises `OSError`."""
    weights.write_tensors(
        run.ood_detector_file,
        {
            "means": torch.from_numpy(detector.means),
            "directions": torch.from_numpy(detector.directions).half(),
            "variances": torch.from_numpy(detector.variances),
            "threshold": torch.tensor([detector.threshold]),
        },
    )


def load(run: Run, *, num_features: int) -> MahalanobisDetector | None:
    """Load the detector, `None` for a run without one.

    Raises `RunError` for a damaged file, and for features of another size than the model's.
    """
    if not run.ood_detector_file.exists():
        return None
    tensors, _ = weights.read_tensors(run.ood_detector_file)
    try:
        detector = MahalanobisDetector(
            means=_to_float32(tensors["means"]),
            directions=_to_float32(tensors["directions"]),
            variances=_to_float32(tensors["variances"]),
            threshold=tensors["threshold"].item(),
        )
    except (KeyError, RuntimeError, TypeError) as error:
        raise RunError(
            f"{run.ood_detector_file} is not an out-of-distribution detector of this project."
        ) from error
    arrays = (detector.means, detector.directions, detector.variances)
    is_valid = (
        detector.means.shape == (NUM_CLASSES, num_features)
        and detector.directions.shape == (detector.variances.size - 1, num_features)
        and detector.variances.ndim == 1
        and (detector.variances > 0).all()
        and all(np.isfinite(array).all() for array in (*arrays, detector.threshold))
    )
    if not is_valid:
        raise RunError(
            f"{run.ood_detector_file} is not an out-of-distribution detector of this project."
        )
    return detector


def _to_float32(tensor: Tensor) -> np.ndarray:
    values: np.ndarray = tensor.float().numpy()
    return values
