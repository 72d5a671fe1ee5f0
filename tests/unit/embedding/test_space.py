"""The cache of features and maps: what identifies them, damage, and its limit."""

import os

import numpy as np
import pytest

from fmnist_core.embedding import space
from fmnist_core.embedding.space import Space
from fmnist_core.errors import RunError
from fmnist_core.runs.run import Run


def test_keys_differ_by_data_run_and_epoch(cnn_lite):
    spaces = [Space(data="drawn"), Space(data="fashion-mnist"), cnn_lite]
    assert len({one.key() for one in spaces}) == 3


def test_training_again_changes_the_key(make_run):
    run = make_run(finished=True)
    run.weights_file.write_bytes(b"old")
    before = Space(data="drawn", run=run).key()
    os.utime(run.weights_file, ns=(1, 1))
    assert Space(data="drawn", run=run).key() != before


def test_a_run_without_weights_is_said(tmp_path):
    with pytest.raises(RunError, match="no weights"):
        Space(data="drawn", run=Run(tmp_path / "none")).key()


def test_pixels_are_scaled_to_one():
    images, labels = space.load_images("drawn")
    vectors = space.to_vectors(images)
    assert vectors.shape == (60, 784)
    assert len(labels) == 60
    assert (vectors.min(), vectors.max()) == (0, images.max() / 255)


def test_arrays_come_back_and_damaged_ones_count_as_none():
    space.save_arrays("a", positions=np.eye(2))
    assert np.array_equal(space.load_arrays("a")["positions"], np.eye(2))
    space.cache_file("a.safetensors").write_bytes(b"cut off")
    assert space.load_arrays("a") is None
    assert space.load_arrays("never saved") is None


def test_the_oldest_files_make_room(monkeypatch):
    monkeypatch.setattr(space, "MAX_CACHE_BYTES", 10_000)
    for name in "abcd":
        space.save_arrays(name, numbers=np.zeros(500))
    assert space.is_cached("d")
    assert not space.is_cached("a")
