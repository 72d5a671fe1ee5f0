"""Read the four IDX files of Fashion-MNIST and verify the SHA-256 of their uncompressed content.

Zalando's and Debian's archives differ when compressed and agree uncompressed. The file format:
http://yann.lecun.com/exdb/mnist/.
"""

import gzip
import hashlib
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fmnist_core.errors import DataError
from fmnist_core.fashion_mnist import IMAGE_SIZE


@dataclass(frozen=True, kw_only=True)
class IdxFile:
    """Name, expected content and checksum of one of the four files."""

    name: str
    num_items: int
    holds_images: bool
    sha256: str

    @property
    def header(self) -> bytes:
        """Magic number and dimensions, big-endian, with which the file starts."""
        if self.holds_images:
            return struct.pack(">IIII", 0x803, self.num_items, IMAGE_SIZE, IMAGE_SIZE)
        return struct.pack(">II", 0x801, self.num_items)

    def matches(self, items: np.ndarray) -> bool:
        """Whether uint8 `items` [N, 28, 28] or [N] are exactly the content of this file."""
        digest = hashlib.sha256(self.header)
        digest.update(np.ascontiguousarray(items).data)
        return digest.hexdigest() == self.sha256


TRAIN_IMAGES = IdxFile(
    name="train-images-idx3-ubyte",
    num_items=60_000,
    holds_images=True,
    sha256="c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
)
TRAIN_LABELS = IdxFile(
    name="train-labels-idx1-ubyte",
    num_items=60_000,
    holds_images=False,
    sha256="bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
)
TEST_IMAGES = IdxFile(
    name="t10k-images-idx3-ubyte",
    num_items=10_000,
    holds_images=True,
    sha256="5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
)
TEST_LABELS = IdxFile(
    name="t10k-labels-idx1-ubyte",
    num_items=10_000,
    holds_images=False,
    sha256="0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
)
IDX_FILES = (TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS)


def find_file(folder: Path, idx_file: IdxFile) -> Path | None:
    """Find the file, plain or gzipped, in `folder` or in torchvision's layout below it."""
    for parent in (folder, folder / "FashionMNIST" / "raw"):
        for name in (idx_file.name, idx_file.name + ".gz"):
            if (parent / name).is_file():
                return parent / name
    return None


def read_folder(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Read all images uint8 [70000, 28, 28] and labels uint8 [70000], training set first.

    Raises `DataError` that names the first file that is missing or fails verification.
    """
    train_images, train_labels, test_images, test_labels = (
        read_file(folder, idx_file) for idx_file in IDX_FILES
    )
    return (
        np.concatenate([train_images, test_images]),
        np.concatenate([train_labels, test_labels]),
    )


def read_file(folder: Path, idx_file: IdxFile) -> np.ndarray:
    """Read and verify one file, uint8 [N, 28, 28] or [N]; raises `DataError`."""
    path = find_file(folder, idx_file)
    if path is None:
        raise DataError(f"{folder} has no {idx_file.name}(.gz).")
    try:
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} cannot be read ({error}). Download it again.") from error
    if hashlib.sha256(content).hexdigest() != idx_file.sha256:
        raise DataError(
            f"{path} is not Fashion-MNIST's {idx_file.name}: its SHA-256 differs. Download it "
            "again."
        )
    shape = (idx_file.num_items, IMAGE_SIZE, IMAGE_SIZE)[: 3 if idx_file.holds_images else 1]
    return np.frombuffer(content, np.uint8, offset=len(idx_file.header)).reshape(shape)
