"""The real photographs as models see them, and a run's predictions for them; no torch.

Both are kept in the cache of this machine, beside the runs: the example models cannot be written
to. Their keys contain what they depend on, so that neither is ever stale.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from fmnist_core import atomic, paths, preprocessing
from fmnist_core.data import real_photographs
from fmnist_core.data.real_photographs import RealPhotograph
from fmnist_core.errors import RunError
from fmnist_core.fashion_mnist import IMAGE_SIZE, NUM_CLASSES
from fmnist_core.runs.photograph_comparison import PhotographComparison, compare_on_photographs
from fmnist_core.runs.run import Run
from fmnist_core.runs.summary import RunSummary
from fmnist_core.serving import imagenet, photo_preprocessing
from fmnist_core.serving.photo_preprocessing import preprocess_photo

FOLDER_NAME = "photographs"
KEY_LENGTH = 16
PROGRESS_STEP = 5
"""Photographs between two notes of the progress."""


def preprocessing_version() -> str:
    """Hash the photographs' labels and the code that preprocesses them."""
    files = sorted(Path(preprocessing.__path__[0]).glob("*.py"))
    files += [Path(photo_preprocessing.__file__), Path(imagenet.__file__)]
    versions = tuple((file, file.stat().st_mtime_ns) for file in files)
    return _hash_files(versions, finds_salient=imagenet.is_available())


@lru_cache(maxsize=4)
def _hash_files(versions: tuple[tuple[Path, int], ...], *, finds_salient: bool) -> str:
    # With the modification times as arguments, a server notices new code as its jobs do.
    digest = hashlib.sha256(f"{cv2.__version__} {finds_salient}".encode())
    digest.update(real_photographs.LABELS_FILE.read_bytes())
    for file, _ in versions:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:KEY_LENGTH]


def _folder() -> Path:
    return paths.cache_folder() / FOLDER_NAME


def images_file() -> Path:
    """Path of the preprocessed photographs, whether or not they exist."""
    return _folder() / f"images-{preprocessing_version()}.safetensors"


def predictions_file(run: Run) -> Path:
    """Path of the run's predictions, whether or not they exist; raises `RunError`.

    Other weights or other preprocessing lead to another path.
    """
    facts = [str(run.path.resolve()), run.weights_version(), preprocessing_version()]
    digest = hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:KEY_LENGTH]
    return _folder() / f"{run.id}-{digest}.safetensors"


def load_images() -> np.ndarray | None:
    """Load the preprocessed photographs, uint8 [300, 28, 28], if they are cached."""
    size = len(real_photographs.load_photographs())
    images = _load(images_file(), "images")
    return images if images is not None and images.shape == (size, IMAGE_SIZE, IMAGE_SIZE) else None


def preprocess_images() -> np.ndarray:
    """Load the preprocessed photographs, uint8 [300, 28, 28]; the first time, make them.

    Notes its progress for `preprocessing_progress`. Raises `DataError` or `OSError`.
    """
    if (cached := load_images()) is not None:
        return cached
    photographs = real_photographs.load_photographs()
    path, progress_file = images_file(), _progress_file()
    progress_file.parent.mkdir(parents=True, exist_ok=True)
    images: list[np.ndarray] = []
    with ThreadPoolExecutor() as pool:
        for image in pool.map(_preprocess, photographs):
            images.append(image)
            if len(images) % PROGRESS_STEP == 0:
                progress_file.write_text(f"{len(images) / len(photographs):.3f}")
    stacked = np.stack(images)
    atomic.write_bytes(path, save({"images": stacked}))
    progress_file.unlink(missing_ok=True)
    return stacked


def _preprocess(photograph: RealPhotograph) -> np.ndarray:
    return preprocess_photo(photograph.read()).image


def preprocessing_progress() -> float:
    """The fraction of the photographs that are preprocessed, from 0 to 1."""
    if images_file().exists():
        return 1.0
    with suppress(OSError, ValueError):
        return min(max(float(_progress_file().read_text()), 0.0), 1.0)
    return 0.0


def _progress_file() -> Path:
    return images_file().with_suffix(".progress")


def load_predictions(run: Run) -> np.ndarray | None:
    """Load the run's probabilities for the photographs, float32 [300, 10], if they are cached.

    Raises `RunError` for a run without weights.
    """
    probabilities = _load(predictions_file(run), "probabilities")
    shape = (len(real_photographs.load_photographs()), NUM_CLASSES)
    if probabilities is None or probabilities.shape != shape:
        return None
    return probabilities if np.isfinite(probabilities).all() else None


def load_comparison(
    runs: Sequence[RunSummary], names: Sequence[str]
) -> PhotographComparison | None:
    """Compare finished runs on the photographs, or return `None` if one of them is not tested."""
    images, probabilities = load_images(), []
    for run in runs:
        try:
            of_run = load_predictions(run.run)
        except RunError:
            of_run = None
        if images is None or of_run is None:
            return None
        probabilities.append(of_run)
    return (
        None
        if images is None
        else compare_on_photographs(runs, names, probabilities, inputs=images)
    )


def evaluate(run: Run, predict: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Compute and keep the run's probabilities for the photographs, float32 [300, 10].

    `predict` gets images uint8 [N, 28, 28] and returns probabilities [N, 10]. Raises `LabError` or
    `OSError`.
    """
    path = predictions_file(run)
    probabilities = predict(preprocess_images()).astype(np.float32)
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write_bytes(path, save({"probabilities": probabilities}))
    return probabilities


def _load(path: Path, name: str) -> np.ndarray | None:
    try:
        array: np.ndarray = load_file(path)[name]
    except (OSError, SafetensorError, KeyError):
        return None
    return array
