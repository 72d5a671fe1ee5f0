"""Maps of many test images, worked out a few at a time, once for all browsers."""

import threading
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from fmnist_core.attribution.average import Average
from fmnist_core.attribution.methods import Method
from fmnist_core.runs.folder import Run

AT_A_TIME = 5
MOST_KEPT = 60
"""Averages; one takes 6 to 100 kB beside its images."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
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
class Work:
    """As far as it is; whoever looks at it carries it on."""

    wanted: Wanted
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
        from fmnist_core.attribution.heatmap import Target
        from fmnist_core.runs.answering import SHELF

        wanted = self.wanted
        loaded = SHELF.model_of(wanted.run)
        target = Target(label=wanted.label, against=wanted.against)
        with self._lock:
            average = self.average = self.average or Average(size=loaded.form.size)
            for index in wanted.indices[self.done : self.done + AT_A_TIME]:
                found = loaded.explain(images[index], method=wanted.method, target=target)
                average.take(images[index], None if found.problem else found.values)
                self.done += 1


@lru_cache(maxsize=MOST_KEPT)
def work(wanted: Wanted) -> Work:
    """What was begun for it, else new."""
    return Work(wanted)
