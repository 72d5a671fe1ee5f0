"""A loaded model: predict classes and out-of-distribution scores for images."""

import threading
import time
from dataclasses import dataclass, field

import numpy as np
import torch

from fmnist_core.data.input_spec import InputSpec
from fmnist_core.evaluation.ood import MahalanobisDetector
from fmnist_core.models.classifier import Classifier
from fmnist_core.models.inference import predict_with_features
from fmnist_core.training import devices


@dataclass(frozen=True, kw_only=True)
class PredictionBatch:
    """A model's predictions for N images."""

    probabilities: np.ndarray
    """Float32 [N, 10]."""
    ood_scores: np.ndarray | None
    """Mahalanobis distances from the training images, [N]; `None` without a detector."""
    ood_threshold: float | None
    """Images with a higher score are out of distribution."""
    seconds: float
    """From uint8 pixels to probabilities, all images together."""

    @property
    def is_ood(self) -> np.ndarray:
        """Whether each image is out of distribution, bool [N]; all false without a detector."""
        if self.ood_scores is None or self.ood_threshold is None:
            return np.zeros(len(self.probabilities), dtype=bool)
        above: np.ndarray = self.ood_scores > self.ood_threshold
        return above


@dataclass(frozen=True, kw_only=True, eq=False)
class Predictor:
    """A model in memory with its input spec and its out-of-distribution detector."""

    model: Classifier
    input_spec: InputSpec
    ood_detector: MahalanobisDetector | None
    lock: threading.Lock = field(default_factory=threading.Lock)
    """Held while the model runs: it serves one thread at a time."""

    def predict(self, images: np.ndarray) -> PredictionBatch:
        """Predict images, uint8 [N, 28, 28]."""
        device = next(self.model.parameters()).device
        with self.lock:
            start = time.perf_counter()
            pixels = torch.from_numpy(np.array(images)).to(device)
            features, probabilities = predict_with_features(
                self.model, pixels, input_spec=self.input_spec
            )
            devices.synchronize(device)
            seconds = time.perf_counter() - start
        detector = self.ood_detector
        return PredictionBatch(
            probabilities=probabilities.cpu().numpy(),
            ood_scores=None if detector is None else detector.distances(features.cpu().numpy()),
            ood_threshold=None if detector is None else detector.threshold,
            seconds=seconds,
        )
