"""Fashion-MNIST itself, if this machine has it."""

import numpy as np
import pytest

from fmnist_core.data import datasets, sources

pytestmark = pytest.mark.real_data


def test_has_70000_verified_images():
    images, labels = sources.load_images()
    assert images.shape == (70_000, 28, 28)
    assert np.array_equal(np.bincount(labels), [7000] * 10)
    train = images[:60_000] / np.float32(255)
    assert train.mean() == pytest.approx(0.2860, abs=1e-4)
    assert train.std() == pytest.approx(0.3530, abs=1e-4)


def test_validation_is_a_twelfth_of_the_training_set():
    data = datasets.load("fashion-mnist")
    assert len(data.train_images) == 55_000
    assert np.array_equal(np.bincount(data.validation_labels), [500] * 10)
    assert np.array_equal(np.bincount(data.test_labels), [1000] * 10)
