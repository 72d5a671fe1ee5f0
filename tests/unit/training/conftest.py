"""A data set so small that training takes a moment."""

import pytest

from fmnist_core.data.datasets import Dataset
from tests.factories import synthetic_dataset


@pytest.fixture(scope="module")
def small_dataset() -> Dataset:
    """128 images for training, 40 for validation and 40 for testing."""
    return synthetic_dataset(128, 40, 40, seed=7)
