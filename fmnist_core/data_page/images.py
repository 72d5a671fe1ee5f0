"""The images of a data set by split and number, and one of them by name."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import streamlit as st

from fmnist_core.data import datasets
from fmnist_core.data.datasets import DATASET_TITLES, DatasetKey
from fmnist_core.data.splits import stratified_split
from fmnist_core.data_page.state import Split
from fmnist_core.embedding import space
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.synthetic.garments import GarmentSet
from fmnist_core.ui import dataset_status

SPLIT_TITLES: dict[Split, str] = {
    "train": "Training", "validation": "Validation", "test": "Test",
}  # fmt: skip
SPLIT_HINT = (
    "Models learn from the training images. The validation images are held out of them to watch "
    "the training; the test images are looked at once, at the end."
)


class ImageArray(Protocol):
    """Images that are in memory, or made when they are asked for."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: Any, /) -> np.ndarray: ...


@dataclass(frozen=True, kw_only=True, eq=False)
class SplitImages:
    """The images of one split."""

    images: ImageArray
    """uint8 [N, 28, 28]: all training images, or all test images."""
    labels: np.ndarray
    """int64 [N]."""
    numbers: np.ndarray
    """Which of them belong to the split, ascending: an image's number is its position."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Garment:
    """One image of the data set."""

    data: DatasetKey
    is_test: bool
    number: int
    """Among the test images, or among the training images as they come in the data set."""
    pixels: np.ndarray
    """uint8 [28, 28]."""
    label: int

    @property
    def name(self) -> str:
        kind = "test" if self.is_test else "training"
        return f"{DATASET_TITLES[self.data]}, {kind} image {self.number:,}"

    @property
    def title(self) -> str:
        return CLASSES[self.label]


def load_split(data: DatasetKey, split: Split) -> SplitImages:
    """Load a split, once for all sessions; raises `DataError`.

    Synthetic garments are drawn when they are asked for: all of them would take half a minute.
    """
    if split != "test":
        return _load_training(data)[split]
    if data == "drawn":
        garments = _garments(datasets.NUM_SYNTHETIC_TEST, datasets.SYNTHETIC_TEST_SEED)
        images, labels = garments, garments.labels
        return SplitImages(images=images, labels=labels, numbers=np.arange(len(labels)))
    loaded, labels = dataset_status.load_test_set(data)
    return SplitImages(images=loaded, labels=labels, numbers=np.arange(len(labels)))


@st.cache_resource(max_entries=2, show_spinner=False)
def _load_training(data: DatasetKey) -> dict[Split, SplitImages]:
    sizes = datasets.split_sizes(data)
    num_images = sizes.train + sizes.validation
    images: ImageArray
    if data == "drawn":
        garments = _garments(num_images, datasets.SYNTHETIC_TRAIN_SEED)
        images, labels = garments, garments.labels
    else:
        arrays = datasets.load_arrays(data)
        images, labels = arrays[0][:num_images], arrays[1][:num_images].astype(np.int64)
    train, validation = stratified_split(labels, num_held_out=sizes.validation)
    return {
        "train": SplitImages(images=images, labels=labels, numbers=train),
        "validation": SplitImages(images=images, labels=labels, numbers=validation),
    }


@st.cache_resource(max_entries=4, show_spinner=False)
def _garments(num_images: int, seed: int) -> GarmentSet:
    return GarmentSet(num_images, seed=seed)


def load_points(data: DatasetKey) -> tuple[np.ndarray, np.ndarray]:
    """The test images on the map, uint8 [N, 28, 28], and their labels; raises `DataError`.

    They are loaded once for all sessions, and drawn if need be, which takes seconds.
    """
    with st.spinner("Drawing synthetic garments …" if data == "drawn" else "Loading images …"):
        images, labels = dataset_status.load_test_set(data)
    return images[: space.NUM_IMAGES], labels[: space.NUM_IMAGES]


def load_garment(data: DatasetKey, *, is_test: bool, number: int) -> Garment:
    """Load one image; raises `DataError`."""
    split = load_split(data, "test" if is_test else "train")
    return Garment(
        data=data, is_test=is_test, number=number, pixels=np.asarray(split.images[number]),
        label=int(split.labels[number]),
    )  # fmt: skip


def page_of(
    split: SplitImages, *, label: int | None, shuffle: int, page: int, size: int
) -> tuple[np.ndarray, int]:
    """Numbers of the images on a page, and how many pages there are.

    Only those of the class `label`, if given, in an order that the seed `shuffle` decides: each
    image is on exactly one page. A page beyond the last is the last.
    """
    numbers = split.numbers
    if label is not None:
        numbers = numbers[split.labels[numbers] == label]
    if shuffle:
        numbers = np.random.default_rng(shuffle).permutation(numbers)
    num_pages = max(1, -(-len(numbers) // size))
    start = (min(page, num_pages) - 1) * size
    return numbers[start : start + size], num_pages
