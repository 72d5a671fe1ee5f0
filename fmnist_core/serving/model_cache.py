"""Loaded models for inference, in an LRU cache that all sessions share."""

import threading
from collections import OrderedDict
from collections.abc import Callable

import numpy as np

from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.garbage_collection import FREEZER
from fmnist_core.runs import ood_detector, weights
from fmnist_core.runs.run import Run
from fmnist_core.serving.predictor import Predictor

MAX_MODELS = 8
"""Models in memory at a time; the largest example model takes 112 MB."""


def load_predictor(run: Run) -> Predictor:
    """Load a run's model and warm it up: the first prediction selects the kernels.

    Raises `RunError`.
    """
    model, input_spec = weights.load_model(run)
    detector = ood_detector.load(run, num_features=model.num_features)
    predictor = Predictor(model=model, input_spec=input_spec, ood_detector=detector)
    predictor.predict(np.zeros((1, IMAGE_SIZE, IMAGE_SIZE), dtype=np.uint8))
    return predictor


class ModelCache:
    """Hold at most `max_models` models; threads that request the same one load it once."""

    def __init__(
        self, *, max_models: int = MAX_MODELS, load: Callable[[Run], Predictor] = load_predictor
    ) -> None:
        self._max_models = max_models
        self._load = load
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
            predictor = self._load(run)
            with self._lock:
                self._predictors[key] = predictor
                while len(self._predictors) > self._max_models:
                    oldest, _ = self._predictors.popitem(last=False)
                    self._load_locks.pop(oldest, None)
            FREEZER.freeze()
            return predictor

    def __len__(self) -> int:
        return len(self._predictors)


MODEL_CACHE = ModelCache()
"""The cache of this process."""
