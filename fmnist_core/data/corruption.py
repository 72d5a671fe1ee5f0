"""Corrupted training data, to see what a model makes of it: wrong labels, and a planted shortcut.

Zhang et al., "Understanding deep learning requires rethinking generalization" (arXiv:1611.03530);
Geirhos et al., "Shortcut learning in deep neural networks" (arXiv:2004.07780).
"""

import dataclasses
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from fmnist_core.data.datasets import Dataset
from fmnist_core.fashion_mnist import CLASSES, NUM_CLASSES

SQUARE = slice(2, 6)
"""Rows and columns of the planted square, which is white."""
ClassName = Literal[
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
]  # fmt: skip


class Corruption(BaseModel):
    """What is wrong with the images that a model learns from; the test images stay as they are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label_noise: float = Field(
        0.0,
        ge=0,
        le=1,
        title="Wrong labels",
        description="The fraction of the training images that get a wrong label, chosen at random. "
        "A large model can learn even those by heart (arXiv:1611.03530).",
        json_schema_extra={"usual": [0.0, 1.0], "step": 0.05},
    )
    shortcut: float = Field(
        0.0,
        ge=0,
        le=1,
        title="Planted shortcut",
        description="The fraction of one class's training and validation images that get a white "
        "square in a corner. The model may learn the square instead of the garment, which only the "
        "test images reveal, as they have none (arXiv:2004.07780).",
        json_schema_extra={"usual": [0.0, 1.0], "step": 0.05},
    )
    shortcut_class: ClassName = Field(
        "Shirt",
        title="Class with the shortcut",
        description="The class whose images get the square.",
    )

    @property
    def is_identity(self) -> bool:
        """Whether it leaves all data as they are."""
        return not self.label_noise and not self.shortcut


def corrupt(dataset: Dataset, corruption: Corruption, *, seed: int) -> Dataset:
    """Copy of `dataset` with wrong labels and planted squares; which images depends on `seed`."""
    if corruption.is_identity:
        return dataset
    generator = np.random.default_rng(seed)
    label = CLASSES.index(corruption.shortcut_class)
    train_images, validation_images = (
        _plant_squares(images, labels == label, corruption.shortcut, generator)
        for images, labels in (
            (dataset.train_images, dataset.train_labels),
            (dataset.validation_images, dataset.validation_labels),
        )
    )
    return dataclasses.replace(
        dataset,
        train_images=train_images,
        train_labels=_wrong_labels(dataset.train_labels, corruption.label_noise, generator),
        validation_images=validation_images,
    )


def plant_square(images: np.ndarray) -> np.ndarray:
    """Copy of images uint8 [..., 28, 28] with a white square in the upper left corner."""
    images = np.array(images)
    images[..., SQUARE, SQUARE] = 255
    return images


def _plant_squares(
    images: np.ndarray, candidates: np.ndarray, fraction: float, generator: np.random.Generator
) -> np.ndarray:
    """Plant squares in this fraction of the images that `candidates`, bool [N], selects."""
    chosen = candidates & (generator.random(len(images)) < fraction)
    images = np.array(images)
    images[chosen] = plant_square(images[chosen])
    return images


def _wrong_labels(
    labels: np.ndarray, fraction: float, generator: np.random.Generator
) -> np.ndarray:
    """Replace this fraction of the labels by one of the nine others."""
    is_wrong = generator.random(len(labels)) < fraction
    offsets = generator.integers(1, NUM_CLASSES, len(labels))
    return np.where(is_wrong, (labels + offsets) % NUM_CLASSES, labels)
