"""Loaded models for inference, in an LRU cache that all sessions share."""

import threading
from collections import OrderedDict

import numpy as np

from fmnist_core.errors import RunError
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.runs import ood_detector, weights
from fmnist_core.runs.run import Run
from fmnist_core.serving.predictor import Predictor

MAX_MODELS = 8
"""Models in memory at a time; the largest example model takes 112 MB."""


class ModelCache:
    """Hold at most `max_models` models; threads that request the same one load it once."""

    def __init__(self, max_models: int = MAX_MODELS) -> None:
        self._max_models = max_models
        self._predictors: OrderedDict[tuple[str, int], Predictor] = OrderedDict()
        self._lock = threading.Lock()
        self._load_locks: dict[tuple[str, int], threading.Lock] = {}

    def get(self, run: Run) -> Predictor:
        """Load a finished run's model, or reuse it while its weights file is unchanged.

        Raises `RunError`.
        """
        key = str(run.path), run.weights_version()
        with self._lock:
            load_lock = self._load_locks.setdefault(key, threading.Lock())
        with load_lock:
            with self._lock:
                if key in self._predictors:
                    self._predictors.move_to_end(key)
                    return self._predictors[key]
            predictor = load_predictor(run)
            with self._lock:
                self._predictors[key] = predictor
                while len(self._predictors) > self._max_models:
                    oldest, _ = self._predictors.popitem(last=False)
                    self._load_locks.pop(oldest, None)
            return predictor

    def __len__(self) -> int:
        return len(self._predictors)


def load_predictor(run: Run) -> Predictor:
    """Load a run's model and warm it up: the first prediction selects the kernels.

    Raises `RunError`, also for a model that fails on an image.
    """
    model, input_spec = weights.load_model(run)
    predictor = Predictor(model=model, input_spec=input_spec, ood_detector=ood_detector.load(run))
    try:
        predictor.predict(np.zeros((1, IMAGE_SIZE, IMAGE_SIZE), dtype=np.uint8))
    except RuntimeError as error:
        raise RunError(
            f"Run {run.id} cannot be used: its model fails on images of "
            f"{input_spec.size}×{input_spec.size} pixels ({error})."
        ) from error
    return predictor


MODEL_CACHE = ModelCache()
"""The cache of this process."""
