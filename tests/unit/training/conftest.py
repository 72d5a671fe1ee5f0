"""What the tests of training share."""

import pytest

from fmnist_core.data.datasets import Dataset
from tests.drawn import drawn_dataset


@pytest.fixture(scope="module")
def few() -> Dataset:
    """128 images to learn from, 40 to validate and 40 to test on."""
    return drawn_dataset(128, 40, 40, seed=7)
