"""The data sets that a recipe can name: real Fashion-MNIST, or drawn garments."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from fmnist_core.data import cache, idx, sources
from fmnist_core.data.splits import stratified_split
from fmnist_core.errors import DataError, unknown_key
from fmnist_core.paths import cache_folder
from fmnist_core.synthetic.garments import synthetic_garments

DatasetKey = Literal["fashion-mnist", "drawn"]
DATASET_TITLES: dict[DatasetKey, str] = {
    "fashion-mnist": "Fashion-MNIST",
    "drawn": "Drawn garments",
}
NUM_SYNTHETIC_TRAIN = 12_000
NUM_SYNTHETIC_TEST = 2_000
SYNTHETIC_TRAIN_SEED, SYNTHETIC_TEST_SEED = 1, 2
VALIDATION_DIVISOR = 12
"""One training image in this many is held out for validation: 5,000 of 60,000."""
SYNTHETIC_VERSION = 1
"""Goes up when the generator's pictures change, so that no stale cache is used."""


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """Images uint8 [N, 28, 28] and labels int64 [N] in three parts that share no image."""

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
    """How many images `load` would give, without loading any."""
    if key == "drawn":
        whole, test = NUM_SYNTHETIC_TRAIN, NUM_SYNTHETIC_TEST
    else:
        whole, test = idx.TRAIN_IMAGES.num_items, idx.TEST_IMAGES.num_items
    validation = whole // VALIDATION_DIVISOR
    return SplitSizes(min(whole - validation, train_images or whole), validation, test)


def load(key: DatasetKey, *, train_images: int | None = None) -> Dataset:
    """The data set with its stratified validation split (a twelfth of the training set).

    `train_images` keeps that many training images, every class alike; validation and test stay
    whole. Raises `DataError` where the data cannot be had.
    """
    if key not in get_args(DatasetKey):
        raise unknown_key(DataError, "data set", key, get_args(DatasetKey))
    images, labels = load_arrays(key)
    wanted = split_sizes(key, train_images=train_images)
    split = len(images) - wanted.test
    labels = labels.astype(np.int64)
    kept, held_out = stratified_split(labels[:split], num_held_out=wanted.validation)
    if wanted.train < len(kept):
        _, chosen = stratified_split(labels[kept], num_held_out=wanted.train)
        kept = kept[chosen]
    return Dataset(
        key=key,
        train_images=images[kept],
        train_labels=labels[kept],
        validation_images=images[held_out],
        validation_labels=labels[held_out],
        test_images=images[split:],
        test_labels=labels[split:],
    )


def load_test_set(key: DatasetKey) -> tuple[np.ndarray, np.ndarray]:
    """Test images uint8 [N, 28, 28] and labels int64 [N] alone; raises `DataError`."""
    if key == "drawn" and cache.load(_drawn_cache()) is None:
        return synthetic_garments(NUM_SYNTHETIC_TEST, seed=SYNTHETIC_TEST_SEED)  # a seventh of the work
    images, labels = load_arrays(key)
    split = len(images) - split_sizes(key).test
    return images[split:], labels[split:].astype(np.int64)


def load_arrays(key: DatasetKey) -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 [N, 28, 28] and labels uint8 [N], training first, test last."""
    return sources.load_images() if key == "fashion-mnist" else _load_drawn()


def _drawn_cache() -> Path:
    return cache_folder() / f"drawn-{SYNTHETIC_VERSION}"


def _load_drawn() -> tuple[np.ndarray, np.ndarray]:
    folder = _drawn_cache()
    arrays = cache.load(folder)
    if arrays is not None and len(arrays[0]) == NUM_SYNTHETIC_TRAIN + NUM_SYNTHETIC_TEST:
        return arrays
    parts = [
        synthetic_garments(NUM_SYNTHETIC_TRAIN, seed=SYNTHETIC_TRAIN_SEED),
        synthetic_garments(NUM_SYNTHETIC_TEST, seed=SYNTHETIC_TEST_SEED),
    ]
    images = np.concatenate([images for images, _ in parts])
    labels = np.concatenate([labels for _, labels in parts]).astype(np.uint8)
    cache.try_save(folder, images, labels)
    return images, labels
