"""What the tests of training share."""

import pytest

from fmnist_core.data.datasets import Dataset
from tests.factories import synthetic_dataset


@pytest.fixture(scope="module")
def small_dataset() -> Dataset:
    """128 images to learn from, 40 to validate and 40 to test on."""
    return synthetic_dataset(128, 40, 40, seed=7)
