"""The authors' steps one by one, and the whole conversion against ImageMagick."""

import os
import shutil
import subprocess

import numpy as np
import pytest
from PIL import Image

from fmnist_core.preprocessing import authors_conversion
from fmnist_core.synthetic.garments import draw_garment_large

IMAGEMAGICK_OPTIONS = [
    *("-fuzz", "5%", "-trim", "+repage", "-sample", "28x28", "-sharpen", "1x1"),
    *("-gravity", "center", "-background", "#fdfdfd", "-extent", "28x28"),
    *("-negate", "-colorspace", "Gray", "-depth", "8"),
]


def make_thumbnail(seed: int) -> np.ndarray:
    """A synthetic garment in a random color and position on 51×73 pixels of background."""
    rng = np.random.default_rng(seed)
    edge = int(authors_conversion.THUMBNAIL_WIDTH * rng.uniform(0.7, 0.98))
    garment = Image.fromarray(draw_garment_large(seed % 10, seed)).resize((edge, edge))
    alpha = np.asarray(garment).astype(float)[..., None] / 255
    image = np.full(
        (authors_conversion.THUMBNAIL_HEIGHT, authors_conversion.THUMBNAIL_WIDTH, 3),
        float(authors_conversion.BACKGROUND_GRAY),
    )
    top = rng.integers(0, authors_conversion.THUMBNAIL_HEIGHT - edge)
    left = rng.integers(0, authors_conversion.THUMBNAIL_WIDTH - edge + 1)
    region = image[top : top + edge, left : left + edge]
    region[:] = region * (1 - alpha) + rng.uniform(0, 200, 3) * alpha
    return np.rint(image).astype(np.uint8)


def convert(image: np.ndarray) -> np.ndarray:
    for step in (
        authors_conversion.trim,
        authors_conversion.subsample,
        authors_conversion.sharpen,
        authors_conversion.extend,
        authors_conversion.negate,
        authors_conversion.to_grayscale,
    ):
        image = step(image)
    return image


@pytest.mark.parametrize("seed", range(20))
def test_conversion_matches_imagemagick(tmp_path, seed):
    program = shutil.which("convert")
    if program is None:
        refuse = pytest.fail if os.environ.get("CI") else pytest.skip
        refuse("ImageMagick is missing: Debian's package imagemagick")
    image = make_thumbnail(seed)
    source, target = tmp_path / "source.png", tmp_path / "target.png"
    Image.fromarray(image).save(source)
    subprocess.run([program, source, *IMAGEMAGICK_OPTIONS, target], check=True)
    expected = np.asarray(Image.open(target).convert("L")).astype(int)
    difference = np.abs(convert(image).astype(int) - expected)
    assert difference.mean() < 2
    assert difference.max() <= 2


def background(height: int, width: int) -> np.ndarray:
    return np.full((height, width, 3), authors_conversion.BACKGROUND_GRAY, dtype=np.uint8)


def test_edges_of_a_corners_color_are_trimmed():
    image = background(20, 30)
    image[5:9, 10:17] = 40
    image[0, 3] = authors_conversion.BACKGROUND_GRAY - 10  # within the fuzz
    assert authors_conversion.trim(image).shape == (4, 7, 3)


def test_image_of_one_color_is_not_trimmed():
    assert authors_conversion.trim(background(20, 30)).shape == (20, 30, 3)


def test_subsampling_keeps_every_second_row_and_column():
    rows = np.arange(56, dtype=np.uint8)[:, None, None]
    image = np.broadcast_to(rows, (56, 28, 3))
    cut = authors_conversion.subsample(image)
    assert cut.shape == (28, 14, 3)
    assert list(cut[:3, 0, 0]) in ([0, 2, 4], [1, 3, 5])


def test_sharpening_changes_edges_only():
    image = background(8, 8)
    image[:, 4:] = 100
    sharp = authors_conversion.sharpen(image)
    assert (sharp[:, 0] == authors_conversion.BACKGROUND_GRAY).all()
    assert sharp[0, 4, 0] < 100


def test_extending_centers_the_image():
    extended = authors_conversion.extend(np.zeros((10, 28, 3), dtype=np.uint8))
    assert extended.shape == (28, 28, 3)
    assert (extended[9:19] == 0).all()
    assert (extended[:9] == authors_conversion.BACKGROUND_GRAY).all()
