"""A few drawn garments, so that a training takes a moment."""

import pytest

from fmnist_core.data.datasets import Dataset
from fmnist_core.data.garments import drawn_garments


@pytest.fixture(scope="module")
def few() -> Dataset:
    """128 images to learn from, 40 to validate and 40 to test on."""
    images, labels = drawn_garments(208, seed=7)
    return Dataset(
        key="drawn",
        train_images=images[:128],
        train_labels=labels[:128],
        validation_images=images[128:168],
        validation_labels=labels[128:168],
        test_images=images[168:],
        test_labels=labels[168:],
    )
