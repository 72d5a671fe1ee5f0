"""The spaces in which images are points, and the files that cache what is computed in them."""

import hashlib
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from fmnist_core import atomic
from fmnist_core.data import datasets
from fmnist_core.data.datasets import SYNTHETIC_VERSION, DatasetKey
from fmnist_core.paths import cache_folder
from fmnist_core.runs.run import Run

NUM_IMAGES = 5_000
"""The first test images are the points; synthetic garments have only 2,000."""
MAX_CACHE_BYTES = 500e6
"""The features of 5,000 images take 20 MB for ResNet50 and 1 MB for a small network."""

PROGRESS_SECONDS = 24 * 3600.0
"""After a day, nobody waits for a computation any more."""


@dataclass(frozen=True, kw_only=True)
class Space:
    """The space of a data set's pixels, or of the features that a run's model computes."""

    data: DatasetKey
    run: Run | None = None
    """`None` for pixels."""
    epoch: int | None = None
    """An epoch whose weights the run has saved; `None` for its final weights."""

    def key(self) -> str:
        """A name for files, which changes with the weights; raises `RunError` without weights."""
        parts: list[object] = [self.data, SYNTHETIC_VERSION if self.data == "drawn" else 0]
        if self.run is not None:
            version = self.run.weights_version(epoch=self.epoch)
            parts += [self.run.path.absolute(), self.epoch, version]
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def load_images(data: DatasetKey) -> tuple[np.ndarray, np.ndarray]:
    """Load the images that are the points, uint8 [N, 28, 28], and labels; raises `DataError`."""
    images, labels = datasets.load_test_set(data)
    return images[:NUM_IMAGES], labels[:NUM_IMAGES]


def to_vectors(images: np.ndarray) -> np.ndarray:
    """Images uint8 [N, 28, 28] as points in pixel space, float32 [N, 784] from 0 to 1."""
    return images.reshape(len(images), -1).astype(np.float32) / 255


def cache_file(name: str) -> Path:
    """The file `name` in the folder of this cache."""
    return cache_folder() / "embeddings" / name


def load_arrays(name: str) -> dict[str, np.ndarray] | None:
    """Read the arrays that `save_arrays` wrote; `None` if they are missing or damaged."""
    file = _arrays_file(name)
    try:
        arrays: dict[str, np.ndarray] = load_file(file)
        file.touch()  # the file used longest ago is deleted first
    except (OSError, SafetensorError):
        return None
    return arrays


def is_cached(name: str) -> bool:
    """Whether there are arrays of this name, perhaps damaged ones."""
    return _arrays_file(name).exists()


def save_arrays(name: str, **arrays: np.ndarray) -> None:
    """Write arrays, and delete those used longest ago beyond `MAX_CACHE_BYTES`.

    Raises `OSError`.
    """
    file = _arrays_file(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    contiguous = {key: np.ascontiguousarray(array) for key, array in arrays.items()}
    atomic.write_bytes(file, save(contiguous))
    files = sorted(file.parent.glob("*.safetensors"), key=_modified, reverse=True)
    total = 0.0
    for one in files:
        with suppress(OSError):
            total += one.stat().st_size
            if total > MAX_CACHE_BYTES and one != file:
                one.unlink()
    for one in file.parent.glob("*.progress"):
        if time.time() - _modified(one) > PROGRESS_SECONDS:
            one.unlink(missing_ok=True)


def _arrays_file(name: str) -> Path:
    return cache_file(f"{name}.safetensors")


def _modified(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:  # another process has deleted it
        return 0.0
