"""Models that answer and explain: loaded when first asked, once for everybody, the longest unused
let go.
"""

import threading
import time
from dataclasses import dataclass, field

import numpy as np
import torch

from fmnist_core.data.input_spec import InputSpec
from fmnist_core.evaluation.ood import MahalanobisDetector
from fmnist_core.models.classifier import Classifier
from fmnist_core.models.inference import features_and_probabilities
from fmnist_core.training import devices


@dataclass(frozen=True, kw_only=True)
class PredictionBatch:
    """What a model says of N images."""

    probabilities: np.ndarray
    """Float32 [N, 10]."""
    distances: np.ndarray | None
    """From what it was trained on, [N]; `None` where that was not measured."""
    threshold: float | None
    """The distance above which an image is unlike the training images."""
    seconds: float
    """From uint8 pixels to probabilities, all images together."""

    @property
    def unfamiliar(self) -> np.ndarray:
        """Whether each image is unlike the training images, bool [N]; not known is no."""
        if self.distances is None or self.threshold is None:
            return np.zeros(len(self.probabilities), dtype=bool)
        found: np.ndarray = self.distances > self.threshold
        return found


@dataclass(frozen=True, kw_only=True, eq=False)
class Predictor:
    """A model that can be asked."""

    model: Classifier
    form: InputSpec
    familiarity: MahalanobisDetector | None
    lock: threading.Lock = field(default_factory=threading.Lock)
    """One instance answers one thread at a time."""

    def answer(self, images: np.ndarray) -> PredictionBatch:
        """For images uint8 [N, 28, 28]."""
        device = next(self.model.parameters()).device
        with self.lock:
            began = time.perf_counter()
            moved = torch.from_numpy(np.array(images)).to(device)
            features, probabilities = features_and_probabilities(self.model, moved, form=self.form)
            devices.synchronize(device)
            seconds = time.perf_counter() - began
        known = self.familiarity
        return PredictionBatch(
            probabilities=probabilities.cpu().numpy(),
            distances=None if known is None else known.distances(features.cpu().numpy()),
            threshold=None if known is None else known.threshold,
            seconds=seconds,
        )
