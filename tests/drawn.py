"""A few drawn garments, so that a training in a test takes a moment."""

import numpy as np
import pytest

from fmnist_core.data import datasets
from fmnist_core.data.datasets import Dataset
from fmnist_core.synthetic.garments import drawn_garments


def drawn_dataset(train: int, validation: int, test: int, *, seed: int) -> Dataset:
    """So many images to learn from, to validate and to test on."""
    images, labels = drawn_garments(train + validation + test, seed=seed)
    held_out = train + validation
    return Dataset(
        key="drawn",
        train_images=images[:train],
        train_labels=labels[:train],
        validation_images=images[train:held_out],
        validation_labels=labels[train:held_out],
        test_images=images[held_out:],
        test_labels=labels[held_out:],
    )


def shrink_drawn(monkeypatch: pytest.MonkeyPatch, train: int, test: int, *, seed: int) -> None:
    """Let `datasets.load("drawn")` give so few, validation among the first."""
    images, labels = drawn_garments(train + test, seed=seed)
    monkeypatch.setattr(datasets, "NUM_DRAWN_TRAIN", train)
    monkeypatch.setattr(datasets, "NUM_DRAWN_TEST", test)
    monkeypatch.setattr(datasets, "_load_drawn", lambda: (images, labels.astype(np.uint8)))
