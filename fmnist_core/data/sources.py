"""Where Fashion-MNIST comes from: sources are tried in order, and each is verified by checksum.

Fashion-MNIST: Xiao, Rasul, Vollgraf 2017, arXiv:1708.07747.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fmnist_core.data import cache, idx
from fmnist_core.errors import DataError
from fmnist_core.paths import cache_folder

DEBIAN_FOLDER = Path("/usr/share/datasets/fashion-mnist")
DATA_DIR_VARIABLE = "FMNIST_DATA_DIR"
HOW_TO_GET_THE_DATA = (
    "Download it with `python -m fmnist_core data fetch` (30 MB, needs internet access), install "
    f"Debian's package dataset-fashion-mnist, or set {DATA_DIR_VARIABLE} to a folder with the four "
    "IDX files. Or choose synthetic garments instead."
)


@dataclass(frozen=True, kw_only=True)
class Source:
    """A possible source of the data set, and whether its files exist (not yet verified)."""

    key: str
    title: str
    folder: Path
    exists: bool
    read: Callable[[Path], tuple[np.ndarray, np.ndarray]]


def fashion_mnist_cache() -> Path:
    """Folder of the verified, memory-mapped copy of Fashion-MNIST."""
    return cache_folder() / "fashion-mnist"


def local_sources() -> tuple[Source, ...]:
    """Sources that need no network, in the order in which they are tried.

    A folder set by the user is the only source: if it fails, that is an error to show, not a reason
    to take the data from elsewhere.
    """
    user_folder = os.environ.get(DATA_DIR_VARIABLE)
    if user_folder:
        return (_idx_source("named", f"the folder in {DATA_DIR_VARIABLE}", Path(user_folder)),)
    cached = fashion_mnist_cache()
    return (
        Source(
            key="cache",
            title="this project's cache",
            folder=cached,
            exists=cache.load(cached) is not None,
            read=_read_cache,
        ),
        _idx_source("debian", "Debian's package dataset-fashion-mnist", DEBIAN_FOLDER),
    )


def load_images() -> tuple[np.ndarray, np.ndarray]:
    """Load all images uint8 [70000, 28, 28] and labels uint8 [70000], training set first, verified.

    Data from Debian's package is cached. Raises `DataError` that says how to get the data.
    """
    problems = []
    for source in local_sources():
        if not source.exists:
            problems.append(f"{source.title} ({source.folder}) has no data")
            continue
        try:
            images, labels = source.read(source.folder)
        except DataError as error:
            problems.append(str(error).rstrip("."))
            continue
        if source.key == "debian":
            cache.try_save(fashion_mnist_cache(), images, labels)
        return images, labels
    raise DataError(f"Fashion-MNIST is not available: {'; '.join(problems)}. {HOW_TO_GET_THE_DATA}")


def available_source() -> Source | None:
    """The first source whose files exist, or `None`; fast, for a status line."""
    return next((source for source in local_sources() if source.exists), None)


def _idx_source(key: str, title: str, folder: Path) -> Source:
    exists = all(idx.find_file(folder, idx_file) for idx_file in idx.IDX_FILES)
    return Source(key=key, title=title, folder=folder, exists=exists, read=idx.read_folder)


def _read_cache(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    arrays = cache.load(folder)
    if arrays is None or not _is_fashion_mnist(*arrays):
        cache.discard(folder)
        raise DataError(f"{folder} was damaged and has been removed.")
    return arrays


def _is_fashion_mnist(images: np.ndarray, labels: np.ndarray) -> bool:
    split = idx.TRAIN_IMAGES.num_items
    return (
        idx.TRAIN_IMAGES.matches(images[:split])
        and idx.TRAIN_LABELS.matches(labels[:split])
        and idx.TEST_IMAGES.matches(images[split:])
        and idx.TEST_LABELS.matches(labels[split:])
    )
