"""IDX files are read only if they are complete and match their checksum."""

import gzip

import numpy as np
import pytest

from fmnist_core.data import idx
from fmnist_core.errors import DataError

DAMAGE = {
    "truncated": (lambda content: content[: len(content) // 2], "cannot be read"),
    "empty": (lambda content: content[:0], "SHA-256 differs"),
    "no gzip": (lambda _: b"<html>not found</html>", "cannot be read"),
    "another file": (lambda _: gzip.compress(b"other content"), "SHA-256 differs"),
}


def test_reads_training_images_first(idx_folder, tiny_dataset):
    images, labels = idx.read_folder(idx_folder)
    assert np.array_equal(images, tiny_dataset[0])
    assert np.array_equal(labels, tiny_dataset[1])


def test_reads_plain_files_and_torchvisions_layout(tmp_path, archives, tiny_dataset):
    raw = tmp_path / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for name, content in archives.items():
        (raw / name.removesuffix(".gz")).write_bytes(gzip.decompress(content))
    images, _ = idx.read_folder(tmp_path)
    assert np.array_equal(images, tiny_dataset[0])


@pytest.mark.parametrize("idx_file", idx.IDX_FILES, ids=lambda idx_file: idx_file.name)
def test_names_the_missing_file(idx_folder, idx_file):
    (idx_folder / f"{idx_file.name}.gz").unlink()
    with pytest.raises(DataError, match=f"has no {idx_file.name}"):
        idx.read_folder(idx_folder)


@pytest.mark.parametrize("idx_file", idx.IDX_FILES, ids=lambda idx_file: idx_file.name)
@pytest.mark.parametrize(("damage", "problem"), DAMAGE.values(), ids=DAMAGE)
def test_refuses_damaged_files(idx_folder, idx_file, damage, problem):
    path = idx_folder / f"{idx_file.name}.gz"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match=f"{idx_file.name}.*{problem}"):
        idx.read_folder(idx_folder)


def test_one_changed_pixel_changes_the_checksum(tiny_dataset):
    images = tiny_dataset[0][: idx.TRAIN_IMAGES.num_items].copy()
    assert idx.TRAIN_IMAGES.matches(images)
    images[7, 3, 3] ^= 1
    assert not idx.TRAIN_IMAGES.matches(images)


def test_checksums_are_those_of_fashion_mnist():
    assert [idx_file.sha256[:8] for idx_file in idx.IDX_FILES] == [
        "c59f468a",
        "bad3541b",
        "5b4141f0",
        "0402a96d",
    ]
    assert sum(idx_file.num_items for idx_file in idx.IDX_FILES if idx_file.holds_images) == 70_000
