"""Sources are tried in order and verified, and a clear error says if there is none."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from fmnist_core.data import cache, sources
from fmnist_core.errors import DataError

pytestmark = pytest.mark.usefixtures("no_data_sources")


@pytest.fixture
def debian(idx_folder, tmp_path):
    """Debian's package is installed."""
    return Path(shutil.copytree(idx_folder, tmp_path / "debian"))


def test_error_without_a_source_says_how_to_get_the_data():
    assert sources.available_source() is None
    with pytest.raises(DataError) as caught:
        sources.load_images()
    for option in ("data fetch", "dataset-fashion-mnist", "FMNIST_DATA_DIR", "synthetic garments"):
        assert option in str(caught.value)


def test_folder_set_by_the_user_is_the_only_source(tmp_path, monkeypatch, debian):
    monkeypatch.setenv("FMNIST_DATA_DIR", str(tmp_path / "empty"))
    with pytest.raises(DataError, match=r"the folder in FMNIST_DATA_DIR \(.*empty\) has no data"):
        sources.load_images()
    monkeypatch.setenv("FMNIST_DATA_DIR", str(debian))
    assert sources.available_source().key == "named"


@pytest.mark.usefixtures("debian")
def test_debian_package_is_read_and_cached(tiny_dataset):
    assert sources.available_source().key == "debian"
    images, labels = sources.load_images()
    assert np.array_equal(images, tiny_dataset[0])
    assert np.array_equal(labels, tiny_dataset[1])
    assert sources.available_source().key == "cache"
    assert isinstance(sources.load_images()[0], np.memmap)


@pytest.mark.usefixtures("debian")
def test_unwritable_cache_only_costs_time(tmp_path, tiny_dataset):
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert np.array_equal(sources.load_images()[0], tiny_dataset[0])
    assert sources.available_source().key == "debian"


@pytest.mark.usefixtures("debian")
def test_damaged_cache_is_replaced(tiny_dataset):
    wrong = tiny_dataset[0].copy()
    wrong[5] = 0
    cache.save(sources.fashion_mnist_cache(), wrong, tiny_dataset[1])
    assert np.array_equal(sources.load_images()[0], tiny_dataset[0])
    assert np.array_equal(cache.load(sources.fashion_mnist_cache())[0], tiny_dataset[0])


def test_damaged_cache_without_another_source_is_reported(tiny_dataset):
    cache.save(sources.fashion_mnist_cache(), tiny_dataset[0], tiny_dataset[1][::-1])
    with pytest.raises(DataError, match="was damaged and has been removed"):
        sources.load_images()
    assert sources.available_source() is None


def test_damaged_debian_file_is_named(debian):
    (debian / "t10k-labels-idx1-ubyte.gz").write_bytes(b"")
    with pytest.raises(DataError, match="t10k-labels-idx1-ubyte"):
        sources.load_images()
