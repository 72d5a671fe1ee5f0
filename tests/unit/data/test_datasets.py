"""Every data set has balanced, disjoint splits."""

import numpy as np
import pytest

from fmnist_core.data import datasets
from fmnist_core.data.datasets import DATASET_TITLES
from fmnist_core.errors import DataError


@pytest.fixture(scope="module")
def synthetic(shared_cache):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FMNIST_CACHE_DIR", str(shared_cache))
        return datasets.load("drawn")


def test_synthetic_garments_have_balanced_splits(synthetic):
    assert len(synthetic.train_images) == 11_000
    assert np.array_equal(np.bincount(synthetic.validation_labels), [100] * 10)
    assert np.array_equal(np.bincount(synthetic.test_labels), [200] * 10)
    assert synthetic.train_labels.dtype == np.int64


def test_splits_share_no_image(synthetic):
    parts = (synthetic.train_images, synthetic.validation_images, synthetic.test_images)
    contents = [{image.tobytes() for image in images} for images in parts]
    assert not contents[0] & contents[1]
    assert not contents[0] & contents[2]
    assert not contents[1] & contents[2]


def test_synthetic_garments_are_generated_once(synthetic, monkeypatch):
    monkeypatch.setattr(datasets, "generate_garments", None)
    assert np.array_equal(datasets.load("drawn").test_images, synthetic.test_images)


def test_fewer_training_images_do_not_change_the_other_splits(synthetic):
    small = datasets.load("drawn", train_images=100)
    assert np.array_equal(np.bincount(small.train_labels), [10] * 10)
    assert np.array_equal(small.validation_images, synthetic.validation_images)


@pytest.mark.parametrize("key", DATASET_TITLES)
def test_every_data_set_has_sizes(key):
    sizes = datasets.split_sizes(key, train_images=None)
    assert sizes.train > sizes.test > sizes.validation > 0
    assert datasets.split_sizes(key, train_images=100).train == 100


def test_unknown_data_set_is_refused():
    with pytest.raises(DataError, match=r"No data set 'mnist'\. Known: fashion-mnist, drawn"):
        datasets.load("mnist")


def test_test_set_alone_equals_that_of_the_full_data_set(monkeypatch, tmp_path):
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(datasets, "NUM_SYNTHETIC_TRAIN", 240)
    monkeypatch.setattr(datasets, "NUM_SYNTHETIC_TEST", 40)
    images, labels = datasets.load_test_set("drawn")  # before anything is cached
    full = datasets.load("drawn")
    assert (images == full.test_images).all()
    assert (labels == full.test_labels).all()
    again, _ = datasets.load_test_set("drawn")
    assert (again == images).all()
