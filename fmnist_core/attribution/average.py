"""The mean of many heatmaps."""

import threading
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from fmnist_core.attribution.methods import Method
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.runs.run import Run


@dataclass
class Average:
    """Maps taken in one after the other, each on its own scale from 0 to 1."""

    size: int = IMAGE_SIZE
    total: np.ndarray = field(init=False)
    image: np.ndarray = field(init=False)
    num_maps: int = 0
    num_empty: int = 0
    """Maps with nothing to draw, which are left out."""

    def __post_init__(self) -> None:
        self.total = np.zeros((self.size, self.size), dtype=np.float64)
        self.image = np.zeros((IMAGE_SIZE, IMAGE_SIZE), dtype=np.float64)

    def take(self, image: np.ndarray, values: np.ndarray | None) -> None:
        """An image uint8 [28, 28] with its map [size, size], or `None` where that is empty."""
        if values is None:
            self.num_empty += 1
            return
        self.num_maps += 1
        self.total += values
        self.image += image

    @property
    def values(self) -> np.ndarray:
        """Float32 [size, size], 0 to 1: the mean weight, not stretched."""
        return (self.total / max(self.num_maps, 1)).astype(np.float32)

    @property
    def mean_image(self) -> np.ndarray:
        """uint8 [28, 28]."""
        return np.rint(self.image / max(self.num_maps, 1)).astype(np.uint8)


MAPS_PER_STEP = 5


MAX_CACHED = 60
"""Averages; one takes 6 to 100 kB beside its images."""


@dataclass(frozen=True, kw_only=True)
class AverageKey:
    """Which maps are averaged: of a run, by a method, of one class against another or none."""

    run: Run
    written: int
    """When its weights were written."""
    method: Method
    label: int
    against: int | None = None
    data: str
    indices: tuple[int, ...]
    """Test images."""


@dataclass
class AverageJob:
    """As far as it is; whoever looks at it carries it on."""

    wanted: AverageKey
    average: Average | None = None
    done: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_finished(self) -> bool:
        return self.done >= len(self.wanted.indices)

    @property
    def mean(self) -> Average:
        """As far as it is."""
        return self.average or Average()

    def go_on(self, images: np.ndarray) -> None:
        """A few more of the test images uint8 [N, 28, 28]; raises `LabError`."""
        from fmnist_core.attribution import explainer
        from fmnist_core.attribution.heatmap import Target
        from fmnist_core.serving.model_cache import MODEL_CACHE

        wanted = self.wanted
        loaded = MODEL_CACHE.get(wanted.run)
        target = Target(label=wanted.label, against=wanted.against)
        with self._lock:
            average = self.average = self.average or Average(size=loaded.input_spec.size)
            for index in wanted.indices[self.done : self.done + MAPS_PER_STEP]:
                found = explainer.explain(
                    loaded, images[index], method=wanted.method, target=target
                )
                average.take(images[index], None if found.problem else found.values)
                self.done += 1


@lru_cache(maxsize=MAX_CACHED)
def get_average_job(wanted: AverageKey) -> AverageJob:
    """What was begun for it, else new."""
    return AverageJob(wanted)
