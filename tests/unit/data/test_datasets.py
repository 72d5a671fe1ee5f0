"""The data sets that a recipe can name."""

import numpy as np
import pytest

from fmnist_core.data import datasets
from fmnist_core.data.datasets import DATASET_TITLES
from fmnist_core.errors import DataError


@pytest.fixture(scope="module")
def drawn(shared_cache):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FMNIST_CACHE_DIR", str(shared_cache))
        return datasets.load("drawn")


def test_parts_of_drawn_garments_are_balanced(drawn):
    assert len(drawn.train_images) == 11_000
    assert np.array_equal(np.bincount(drawn.validation_labels), [100] * 10)
    assert np.array_equal(np.bincount(drawn.test_labels), [200] * 10)
    assert drawn.train_labels.dtype == np.int64


def test_parts_share_no_image(drawn):
    parts = (drawn.train_images, drawn.validation_images, drawn.test_images)
    seen = [{image.tobytes() for image in images} for images in parts]
    assert not seen[0] & seen[1]
    assert not seen[0] & seen[2]
    assert not seen[1] & seen[2]


def test_drawn_garments_are_drawn_once(drawn, monkeypatch):
    monkeypatch.setattr(datasets, "synthetic_garments", None)
    assert np.array_equal(datasets.load("drawn").test_images, drawn.test_images)


def test_fewer_training_images_leave_the_rest_whole(drawn):
    small = datasets.load("drawn", train_images=100)
    assert np.array_equal(np.bincount(small.train_labels), [10] * 10)
    assert np.array_equal(small.validation_images, drawn.validation_images)


@pytest.mark.parametrize("key", DATASET_TITLES)
def test_every_data_set_has_sizes(key):
    sizes = datasets.split_sizes(key, train_images=None)
    assert sizes.train > sizes.test > sizes.validation > 0
    assert datasets.split_sizes(key, train_images=100).train == 100


def test_unknown_data_set_is_refused():
    with pytest.raises(DataError, match=r"No data set 'mnist'\. Known: fashion-mnist, drawn"):
        datasets.load("mnist")


def test_test_part_alone_is_the_one_of_the_whole(monkeypatch, tmp_path):
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(datasets, "NUM_SYNTHETIC_TRAIN", 240)
    monkeypatch.setattr(datasets, "NUM_SYNTHETIC_TEST", 40)
    images, labels = datasets.load_test_set("drawn")  # before anything is cached
    whole = datasets.load("drawn")
    assert (images == whole.test_images).all()
    assert (labels == whole.test_labels).all()
    again, _ = datasets.load_test_set("drawn")
    assert (again == images).all()
