"""The cache returns exactly what was saved, or nothing."""

import numpy as np
import pytest

from fmnist_core.data import cache

IMAGES = np.arange(4 * 28 * 28, dtype=np.uint8).reshape(4, 28, 28)
LABELS = np.arange(4, dtype=np.uint8)


def test_saved_arrays_are_memory_mapped(tmp_path):
    cache.save(tmp_path / "set", IMAGES, LABELS)
    images, labels = cache.load(tmp_path / "set")
    assert isinstance(images, np.memmap)
    assert np.array_equal(images, IMAGES)
    assert np.array_equal(labels, LABELS)


def test_a_missing_cache_loads_as_none(tmp_path):
    assert cache.load(tmp_path / "set") is None


@pytest.mark.parametrize("name", ["images.npy", "labels.npy"])
@pytest.mark.parametrize("num_bytes", [0, 40, 130])
def test_truncated_array_is_not_loaded(tmp_path, name, num_bytes):
    cache.save(tmp_path / "set", IMAGES, LABELS)
    file = tmp_path / "set" / name
    file.write_bytes(file.read_bytes()[:num_bytes])
    assert cache.load(tmp_path / "set") is None


def test_second_writer_keeps_the_first_copy(tmp_path):
    cache.save(tmp_path / "set", IMAGES, LABELS)
    cache.save(tmp_path / "set", IMAGES + 1, LABELS)
    assert np.array_equal(cache.load(tmp_path / "set")[0], IMAGES)
    assert [path.name for path in tmp_path.iterdir()] == ["set"]


def test_failed_write_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(OSError, match="No space"):
        cache.save(tmp_path / "set", IMAGES, LABELS)
    assert not cache.try_save(tmp_path / "set", IMAGES, LABELS)
    assert list(tmp_path.iterdir()) == []


def test_discard_deletes_the_cache(tmp_path):
    cache.save(tmp_path / "set", IMAGES, LABELS)
    cache.discard(tmp_path / "set")
    assert cache.load(tmp_path / "set") is None
