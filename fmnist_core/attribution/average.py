"""The mean of many heatmaps, computed a few at a time."""

import threading
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from fmnist_core.attribution.methods import Method
from fmnist_core.attribution.target import Target
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.runs.run import Run

MAPS_PER_STEP = 5
MAX_CACHED = 60
"""Averages; one takes 6 to 100 kB, without its images."""


@dataclass
class Average:
    """A running mean of heatmaps, each on its own scale from 0 to 1, and of their images."""

    size: int = IMAGE_SIZE
    map_sum: np.ndarray = field(init=False)
    image_sum: np.ndarray = field(init=False)
    num_maps: int = 0
    num_empty: int = 0
    """Empty heatmaps, which are left out."""

    def __post_init__(self) -> None:
        self.map_sum = np.zeros((self.size, self.size), dtype=np.float64)
        self.image_sum = np.zeros((IMAGE_SIZE, IMAGE_SIZE), dtype=np.float64)

    def add(self, image: np.ndarray, values: np.ndarray | None) -> None:
        """Add an image uint8 [28, 28] and its map [size, size], or `None` for an empty map."""
        if values is None:
            self.num_empty += 1
            return
        self.num_maps += 1
        self.map_sum += values
        self.image_sum += image

    @property
    def values(self) -> np.ndarray:
        """The mean map, float32 [size, size] from 0 to 1, not rescaled to its maximum."""
        return (self.map_sum / max(self.num_maps, 1)).astype(np.float32)

    @property
    def mean_image(self) -> np.ndarray:
        """uint8 [28, 28]."""
        return np.rint(self.image_sum / max(self.num_maps, 1)).astype(np.uint8)


@dataclass(frozen=True, kw_only=True)
class AverageKey:
    """Everything that determines an average."""

    run: Run
    weights_version: int
    """`Run.weights_version()`: a run trained again has another average."""
    method: Method
    target: Target
    data: str
    indices: tuple[int, ...]
    """Of the test images."""


@dataclass
class AverageJob:
    """A resumable computation of an average; every viewer advances it."""

    key: AverageKey
    average: Average | None = None
    num_done: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_finished(self) -> bool:
        return self.num_done >= len(self.key.indices)

    @property
    def current_average(self) -> Average:
        """The average of the maps computed so far."""
        return self.average or Average()

    def advance(self, images: np.ndarray) -> None:
        """Compute a few more maps; raises `LabError`. `images` are all test images [N, 28, 28]."""
        from fmnist_core.attribution import explainer
        from fmnist_core.serving.model_cache import MODEL_CACHE

        predictor = MODEL_CACHE.get(self.key.run)
        with self._lock:
            average = self.average = self.average or Average(size=predictor.input_spec.size)
            for index in self.key.indices[self.num_done : self.num_done + MAPS_PER_STEP]:
                heatmap = explainer.explain(
                    predictor, images[index], method=self.key.method, target=self.key.target
                )
                average.add(images[index], None if heatmap.problem else heatmap.values)
                self.num_done += 1


@lru_cache(maxsize=MAX_CACHED)
def get_average_job(key: AverageKey) -> AverageJob:
    """Return the job for `key`, started or new. All sessions share it: it shows test images."""
    return AverageJob(key)
