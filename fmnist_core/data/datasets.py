"""Data sets that a recipe can name: Fashion-MNIST and synthetic garments."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from fmnist_core.data import cache, idx, sources
from fmnist_core.data.splits import stratified_split
from fmnist_core.errors import DataError, unknown_key
from fmnist_core.paths import cache_folder
from fmnist_core.synthetic.garments import generate_garments

DatasetKey = Literal["fashion-mnist", "drawn"]
DATASET_TITLES: dict[DatasetKey, str] = {
    "fashion-mnist": "Fashion-MNIST",
    "drawn": "Synthetic garments",
}
Arrays = tuple[np.ndarray, np.ndarray]
"""Images uint8 [N, 28, 28] and labels [N], training set first."""
NUM_SYNTHETIC_TRAIN = 12_000
NUM_SYNTHETIC_TEST = 2_000
SYNTHETIC_TRAIN_SEED, SYNTHETIC_TEST_SEED = 1, 2
VALIDATION_DIVISOR = 12
"""One training image in this many is held out for validation: 5,000 of 60,000."""
SYNTHETIC_VERSION = 1
"""Increase it when the generator's images change, so that no stale cache is used."""


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """Images uint8 [N, 28, 28] and labels int64 [N] in three disjoint parts."""

    key: DatasetKey
    train_images: np.ndarray
    train_labels: np.ndarray
    validation_images: np.ndarray
    validation_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


@dataclass(frozen=True)
class SplitSizes:
    """Numbers of images."""

    train: int
    validation: int
    test: int


def split_sizes(key: DatasetKey, *, train_images: int | None = None) -> SplitSizes:
    """Return the sizes of the data set that `load` would return, without loading it."""
    if key == "drawn":
        num_train, num_test = NUM_SYNTHETIC_TRAIN, NUM_SYNTHETIC_TEST
    else:
        num_train, num_test = idx.TRAIN_IMAGES.num_items, idx.TEST_IMAGES.num_items
    num_validation = num_train // VALIDATION_DIVISOR
    num_train -= num_validation
    return SplitSizes(min(num_train, train_images or num_train), num_validation, num_test)


def load(key: DatasetKey, *, train_images: int | None = None) -> Dataset:
    """Load a data set with its stratified validation split (a twelfth of the training set).

    `train_images` limits the number of training images, balanced over the classes; validation and
    test sets stay complete. Raises `DataError` if the data is unavailable.
    """
    if key not in get_args(DatasetKey):
        raise unknown_key(DataError, "data set", key, get_args(DatasetKey))
    return split_arrays(key, load_arrays(key), train_images=train_images)


def split_arrays(key: DatasetKey, arrays: Arrays, *, train_images: int | None = None) -> Dataset:
    """The data set that `load` returns, from all its images and labels; see `load_arrays`."""
    images, labels = arrays
    sizes = split_sizes(key, train_images=train_images)
    split = len(images) - sizes.test
    labels = labels.astype(np.int64)
    train, validation = stratified_split(labels[:split], num_held_out=sizes.validation)
    if sizes.train < len(train):
        _, subset = stratified_split(labels[train], num_held_out=sizes.train)
        train = train[subset]
    return Dataset(
        key=key,
        train_images=images[train],
        train_labels=labels[train],
        validation_images=images[validation],
        validation_labels=labels[validation],
        test_images=images[split:],
        test_labels=labels[split:],
    )


def load_test_set(key: DatasetKey) -> tuple[np.ndarray, np.ndarray]:
    """Load test images uint8 [N, 28, 28] and labels int64 [N] only; raises `DataError`."""
    if key == "drawn" and cache.load(_synthetic_cache()) is None:
        # Generating the test set alone is a seventh of the work.
        return generate_garments(NUM_SYNTHETIC_TEST, seed=SYNTHETIC_TEST_SEED)
    images, labels = load_arrays(key)
    split = len(images) - split_sizes(key).test
    return images[split:], labels[split:].astype(np.int64)


def load_arrays(key: DatasetKey) -> Arrays:
    """Load all images uint8 [N, 28, 28] and labels uint8 [N], training set first."""
    return sources.load_images() if key == "fashion-mnist" else _load_synthetic()


def _synthetic_cache() -> Path:
    return cache_folder() / f"drawn-{SYNTHETIC_VERSION}"


def _load_synthetic() -> tuple[np.ndarray, np.ndarray]:
    folder = _synthetic_cache()
    arrays = cache.load(folder)
    if arrays is not None and len(arrays[0]) == NUM_SYNTHETIC_TRAIN + NUM_SYNTHETIC_TEST:
        return arrays
    parts = [
        generate_garments(NUM_SYNTHETIC_TRAIN, seed=SYNTHETIC_TRAIN_SEED),
        generate_garments(NUM_SYNTHETIC_TEST, seed=SYNTHETIC_TEST_SEED),
    ]
    images = np.concatenate([images for images, _ in parts])
    labels = np.concatenate([labels for _, labels in parts]).astype(np.uint8)
    cache.try_save(folder, images, labels)
    return images, labels
