"""Cache of verified images as memory-mapped arrays that every process opens instantly."""

import os
import shutil
import tempfile
from pathlib import Path

import numpy as np

from fmnist_core.atomic import fsync_folder


def save(folder: Path, images: np.ndarray, labels: np.ndarray) -> None:
    """Save `images` uint8 [N, 28, 28] and `labels` uint8 [N]; raises `OSError`.

    The folder appears complete or not at all. If another process saved it first, that copy is kept.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    partial.chmod(0o755)  # mkdtemp makes it private, but a class may share the checkout
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
    """Save if possible; a full or read-only disk only costs time on the next start."""
    try:
        save(folder, images, labels)
    except OSError:
        return False
    return True


def load(folder: Path) -> tuple[np.ndarray, np.ndarray] | None:
    """Memory-map the images and labels that `save` wrote; `None` if they are incomplete."""
    try:
        images = np.load(folder / "images.npy", mmap_mode="r")
        labels = np.load(folder / "labels.npy", mmap_mode="r")
    except (OSError, ValueError, EOFError):  # EOFError: an empty file
        return None
    return images, labels


def discard(folder: Path) -> None:
    """Delete a cached copy that turned out to be damaged."""
    shutil.rmtree(folder, ignore_errors=True)
