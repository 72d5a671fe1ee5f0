"""Loaded models for inference, in an LRU cache that all sessions share."""

import threading
from collections import OrderedDict

import numpy as np

from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.runs import ood_detector, weights
from fmnist_core.runs.run import Run
from fmnist_core.serving.predictor import Predictor

MAX_MODELS = 8
"""Models in memory at a time; the largest that ships takes 112 MB."""


class ModelCache:
    """At most `most` loaded models; whoever asks for one that is being loaded waits for it."""

    def __init__(self, most: int = MAX_MODELS) -> None:
        self._most = most
        self._loaded: OrderedDict[tuple[str, int], Predictor] = OrderedDict()
        self._lock = threading.Lock()
        self._loading: dict[tuple[str, int], threading.Lock] = {}

    def model_of(self, run: Run) -> Predictor:
        """A finished run's model, as its files are now; raises `RunError`."""
        key = str(run.path), run.written()
        with self._lock:
            turn = self._loading.setdefault(key, threading.Lock())
        with turn:
            with self._lock:
                if key in self._loaded:
                    self._loaded.move_to_end(key)
                    return self._loaded[key]
            found = _load(run)
            with self._lock:
                self._loaded[key] = found
                while len(self._loaded) > self._most:
                    oldest, _ = self._loaded.popitem(last=False)
                    self._loading.pop(oldest, None)
            return found

    def __len__(self) -> int:
        return len(self._loaded)


def _load(run: Run) -> Predictor:
    """Ready to answer at once: kernels are chosen at the first answer, which is given here."""
    model, form = weights.load_model(run)
    found = Predictor(model=model, form=form, familiarity=ood_detector.read(run))
    found.answer(np.zeros((1, IMAGE_SIZE, IMAGE_SIZE), dtype=np.uint8))
    return found


MODEL_CACHE = ModelCache()
"""This process's own."""
