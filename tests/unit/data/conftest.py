"""A tiny data set in place of Fashion-MNIST: the same files, the same checks."""

import gzip
import hashlib
from dataclasses import replace

import numpy as np
import pytest

from fmnist_core.data import idx, sources

NUM_TRAIN, NUM_TEST = 240, 40
CONSTANTS = ("TRAIN_IMAGES", "TRAIN_LABELS", "TEST_IMAGES", "TEST_LABELS")


@pytest.fixture
def tiny_dataset(monkeypatch):
    """Images and labels of a tiny data set, whose checksums replace those of Fashion-MNIST."""
    generator = np.random.default_rng(0)
    total = NUM_TRAIN + NUM_TEST
    images = generator.integers(0, 256, (total, 28, 28), dtype=np.uint8)
    labels = (np.arange(total) % 10).astype(np.uint8)
    parts = [part for array in (images, labels) for part in np.split(array, [NUM_TRAIN])]
    for constant, items in zip(CONSTANTS, (parts[0], parts[2], parts[1], parts[3]), strict=True):
        real = getattr(idx, constant)
        made = replace(real, num_items=len(items))
        digest = hashlib.sha256(made.header + items.tobytes()).hexdigest()
        monkeypatch.setattr(idx, constant, replace(made, sha256=digest))
    monkeypatch.setattr(idx, "IDX_FILES", tuple(getattr(idx, name) for name in CONSTANTS))
    return images, labels


@pytest.fixture
def archives(tiny_dataset):
    """The four files of the tiny data set as a mirror serves them: name to gzipped content."""
    images, labels = tiny_dataset
    contents = {
        "train-images-idx3-ubyte": idx.TRAIN_IMAGES.header + images[:NUM_TRAIN].tobytes(),
        "train-labels-idx1-ubyte": idx.TRAIN_LABELS.header + labels[:NUM_TRAIN].tobytes(),
        "t10k-images-idx3-ubyte": idx.TEST_IMAGES.header + images[NUM_TRAIN:].tobytes(),
        "t10k-labels-idx1-ubyte": idx.TEST_LABELS.header + labels[NUM_TRAIN:].tobytes(),
    }
    return {f"{name}.gz": gzip.compress(content, mtime=0) for name, content in contents.items()}


@pytest.fixture
def idx_folder(tmp_path, archives):
    """A folder with the four archives."""
    folder = tmp_path / "idx"
    folder.mkdir()
    for name, content in archives.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def no_data_sources(tmp_path, monkeypatch):
    """A machine without data: an empty cache, no Debian package, no FMNIST_DATA_DIR."""
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("FMNIST_DATA_DIR", raising=False)
    monkeypatch.setattr(sources, "DEBIAN_FOLDER", tmp_path / "debian")
