"""Download Fashion-MNIST from Zalando's mirror through torchvision."""

import shutil
import socket
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path

from fmnist_core.data import cache, idx, sources
from fmnist_core.errors import DataError
from fmnist_core.paths import cache_folder

DOWNLOAD_BYTES = 30_878_645
"""Size of the mirror's four archives together."""
TIMEOUT_SECONDS = 30
"""A connection that sends nothing for this long has failed."""


def staging_folder() -> Path:
    """Folder of archives that are not verified yet; no data is read from it."""
    return cache_folder() / ".download"


def download_fashion_mnist(*, download: Callable[[Path], None] | None = None) -> Path:
    """Download, verify and cache the data set; returns the cache folder.

    After an interrupted download, the next call skips the archives that are complete; a partial
    archive is never used. Raises `DataError`.
    """
    staging = staging_folder()
    try:
        staging.mkdir(parents=True, exist_ok=True)
        (download or download_with_torchvision)(staging)
    except (OSError, RuntimeError, HTTPException) as error:
        problem = " ".join(str(error).split())  # torchvision's messages span several lines
        raise DataError(
            f"The download failed ({problem}). Try again: complete files are kept. "
            f"Or: {sources.HOW_TO_GET_THE_DATA}"
        ) from error
    try:
        images, labels = idx.read_folder(staging)
        cache.discard(sources.fashion_mnist_cache())
        cache.save(sources.fashion_mnist_cache(), images, labels)
    except OSError as error:
        raise DataError(f"The data could not be saved in {cache_folder()} ({error}).") from error
    finally:
        # Whether it was cached or failed verification, the content is of no further use.
        shutil.rmtree(staging, ignore_errors=True)
    return sources.fashion_mnist_cache()


def download_with_torchvision(staging: Path) -> None:
    """Download and check the archives; torchvision shows its own progress bar on stderr."""
    from torchvision.datasets import FashionMNIST

    previous_timeout = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT_SECONDS)
    try:
        FashionMNIST(str(staging), train=True, download=True)
    finally:
        socket.setdefaulttimeout(previous_timeout)


def num_bytes_downloaded() -> int:
    """Return how much of `DOWNLOAD_BYTES` is done, for a progress bar in another process."""
    return sum(file.stat().st_size for file in staging_folder().rglob("*.gz"))
