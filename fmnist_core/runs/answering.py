"""Models that answer and explain: loaded when first asked, once for everybody, the longest unused
let go.
"""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import torch

from fmnist_core.attribution import heatmap, layers
from fmnist_core.attribution.heatmap import Heatmap, Target
from fmnist_core.attribution.layers import Layer
from fmnist_core.attribution.methods import Method
from fmnist_core.data.input_spec import InputForm
from fmnist_core.evaluation.ood import Familiarity
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.models.classifier import Classifier
from fmnist_core.models.inference import features_and_probabilities
from fmnist_core.runs import familiarity, weights
from fmnist_core.runs.folder import Run
from fmnist_core.training import devices

MOST_LOADED = 8
"""Models in memory at a time; the largest that ships takes 112 MB."""


@dataclass(frozen=True, kw_only=True)
class Answers:
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


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A model that can be asked."""

    model: Classifier
    form: InputForm
    familiarity: Familiarity | None
    lock: threading.Lock = field(default_factory=threading.Lock)
    """One instance answers one thread at a time."""

    def answer(self, images: np.ndarray) -> Answers:
        """For images uint8 [N, 28, 28]."""
        device = next(self.model.parameters()).device
        with self.lock:
            began = time.perf_counter()
            moved = torch.from_numpy(np.array(images)).to(device)
            features, probabilities = features_and_probabilities(self.model, moved, form=self.form)
            devices.wait(device)
            seconds = time.perf_counter() - began
        known = self.familiarity
        return Answers(
            probabilities=probabilities.cpu().numpy(),
            distances=None if known is None else known.distances(features.cpu().numpy()),
            threshold=None if known is None else known.threshold,
            seconds=seconds,
        )

    @cached_property
    def layers(self) -> list[Layer]:
        """Those with maps to look at, shallow to deep; looked for once."""
        with self.lock:
            return layers.layers(self.model, self.form)

    def layer(self, name: str | None) -> Layer:
        """The one of that name, or the usual one; raises `ModelError`."""
        return layers.named(self.layers, name) if name else layers.usual(self.layers)

    def explain(
        self,
        image: np.ndarray,
        *,
        method: Method,
        target: Target,
        layer: str | None = None,
        smooth: bool = False,
    ) -> Heatmap:
        """For an image uint8 [28, 28]; raises `ModelError` as `heatmap.explain` does."""
        chosen = self.layer(layer) if method.needs_layer else None
        with self.lock:
            return heatmap.explain(
                self.model, self.form, image,
                method=method, target=target, layer=chosen, smooth=smooth,
            )  # fmt: skip


class Shelf:
    """At most `most` loaded models; whoever asks for one that is being loaded waits for it."""

    def __init__(self, most: int = MOST_LOADED) -> None:
        self._most = most
        self._loaded: OrderedDict[tuple[str, int], Loaded] = OrderedDict()
        self._lock = threading.Lock()
        self._loading: dict[tuple[str, int], threading.Lock] = {}

    def model_of(self, run: Run) -> Loaded:
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


def _load(run: Run) -> Loaded:
    """Ready to answer at once: kernels are chosen at the first answer, which is given here."""
    model, form = weights.load_model(run)
    found = Loaded(model=model, form=form, familiarity=familiarity.read(run))
    found.answer(np.zeros((1, IMAGE_SIZE, IMAGE_SIZE), dtype=np.uint8))
    return found


SHELF = Shelf()
"""This process's own."""
