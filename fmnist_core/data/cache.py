"""Verified images kept as one memory-mapped array, so that every process opens them at once."""

import os
import shutil
import tempfile
from pathlib import Path

import numpy as np

from fmnist_core.atomic import fsync_folder


def save(folder: Path, images: np.ndarray, labels: np.ndarray) -> None:
    """Keep `images` uint8 [N, 28, 28] and `labels` uint8 [N]; raises `OSError`.

    The folder appears whole or not at all; where another process was first, its copy stays.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    partial.chmod(0o755)  # mkdtemp makes it private; a class shares the checkout
    try:
        for name, array in (("images.npy", images), ("labels.npy", labels)):
            with (partial / name).open("wb") as file:
                np.save(file, array)
                file.flush()
                os.fsync(file.fileno())
        partial.rename(folder)
        fsync_folder(folder.parent)
    except OSError:
        if load(folder) is None:
            raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def try_save(folder: Path, images: np.ndarray, labels: np.ndarray) -> bool:
    """`save` where the disk lets it: a read-only or full one costs time later, nothing else."""
    try:
        save(folder, images, labels)
    except OSError:
        return False
    return True


def load(folder: Path) -> tuple[np.ndarray, np.ndarray] | None:
    """Memory-mapped images and labels as `save` took them; `None` where they are not whole."""
    try:
        images = np.load(folder / "images.npy", mmap_mode="r")
        labels = np.load(folder / "labels.npy", mmap_mode="r")
    except (OSError, ValueError, EOFError):  # EOFError: an empty file
        return None
    return images, labels


def discard(folder: Path) -> None:
    """Forget a cached array that turned out to be damaged."""
    shutil.rmtree(folder, ignore_errors=True)
