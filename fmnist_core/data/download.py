"""Fetch Fashion-MNIST from Zalando's mirror, through torchvision."""

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
    """Where archives lie until they are verified; nothing reads data from here."""
    return cache_folder() / ".download"


def download_fashion_mnist(*, download: Callable[[Path], None] | None = None) -> Path:
    """Download, verify and keep the data set; returns the cache's folder.

    An archive that arrived whole is kept when another breaks off, so that the next call goes on
    from there; half an archive is never taken for whole. Raises `DataError`.
    """
    staging = staging_folder()
    try:
        staging.mkdir(parents=True, exist_ok=True)
        (download or download_with_torchvision)(staging)
    except (OSError, RuntimeError, HTTPException) as error:
        problem = " ".join(str(error).split())  # torchvision's goes over several lines
        raise DataError(
            f"The download failed ({problem}). Try again: what has arrived is kept. "
            f"Or: {sources.HOW_TO_GET_THE_DATA}"
        ) from error
    try:
        images, labels = idx.read_folder(staging)
        cache.discard(sources.fashion_mnist_cache())
        cache.save(sources.fashion_mnist_cache(), images, labels)
    except OSError as error:
        raise DataError(f"The data could not be kept in {cache_folder()} ({error}).") from error
    finally:
        # Verified and kept, or not what it should be: either way nothing here is of use again.
        shutil.rmtree(staging, ignore_errors=True)
    return sources.fashion_mnist_cache()


def download_with_torchvision(staging: Path) -> None:
    """Let torchvision fetch and check the archives, with its own progress bar on stderr."""
    from torchvision.datasets import FashionMNIST

    patience_before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT_SECONDS)
    try:
        FashionMNIST(str(staging), train=True, download=True)
    finally:
        socket.setdefaulttimeout(patience_before)


def num_bytes_downloaded() -> int:
    """How much of `DOWNLOAD_BYTES` has arrived, for a progress bar in another process."""
    return sum(file.stat().st_size for file in staging_folder().rglob("*.gz"))
