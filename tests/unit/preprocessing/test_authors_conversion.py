"""The authors' steps: each by hand, and the whole chain against ImageMagick itself."""

import os
import shutil
import subprocess

import numpy as np
import pytest
from PIL import Image

from fmnist_core.preprocessing import authors_conversion
from fmnist_core.synthetic.garments import draw_garment_large

CHAIN = [
    *("-fuzz", "5%", "-trim", "+repage", "-sample", "28x28", "-sharpen", "1x1"),
    *("-gravity", "center", "-background", "#fdfdfd", "-extent", "28x28"),
    *("-negate", "-colorspace", "Gray", "-depth", "8"),
]


def made_thumbnail(seed: int) -> np.ndarray:
    """A drawn garment in some colour somewhere on 51×73 pixels of paper."""
    rng = np.random.default_rng(seed)
    edge = int(authors_conversion.THUMBNAIL_WIDTH * rng.uniform(0.7, 0.98))
    garment = Image.fromarray(draw_garment_large(seed % 10, seed)).resize((edge, edge))
    shares = np.asarray(garment).astype(float)[..., None] / 255
    picture = np.full(
        (authors_conversion.THUMBNAIL_HEIGHT, authors_conversion.THUMBNAIL_WIDTH, 3),
        float(authors_conversion.BACKGROUND_GRAY),
    )
    top = rng.integers(0, authors_conversion.THUMBNAIL_HEIGHT - edge)
    left = rng.integers(0, authors_conversion.THUMBNAIL_WIDTH - edge + 1)
    place = picture[top : top + edge, left : left + edge]
    place[:] = place * (1 - shares) + rng.uniform(0, 200, 3) * shares
    return np.rint(picture).astype(np.uint8)


def by_our_steps(picture: np.ndarray) -> np.ndarray:
    for step in (
        authors_conversion.trim,
        authors_conversion.subsample,
        authors_conversion.sharpen,
        authors_conversion.extend,
        authors_conversion.negate,
        authors_conversion.to_grayscale,
    ):
        picture = step(picture)
    return picture


@pytest.mark.parametrize("seed", range(20))
def test_the_chain_is_imagemagicks(tmp_path, seed):
    program = shutil.which("convert")
    if program is None:
        refuse = pytest.fail if os.environ.get("CI") else pytest.skip
        refuse("ImageMagick is not here: Debian's package imagemagick")
    picture = made_thumbnail(seed)
    given, made = tmp_path / "given.png", tmp_path / "made.png"
    Image.fromarray(picture).save(given)
    subprocess.run([program, given, *CHAIN, made], check=True)
    theirs = np.asarray(Image.open(made).convert("L")).astype(int)
    difference = np.abs(by_our_steps(picture).astype(int) - theirs)
    assert difference.mean() < 2
    assert difference.max() <= 2


def paper(height: int, width: int) -> np.ndarray:
    return np.full((height, width, 3), authors_conversion.BACKGROUND_GRAY, dtype=np.uint8)


def test_edges_of_the_corners_colour_are_trimmed():
    picture = paper(20, 30)
    picture[5:9, 10:17] = 40
    picture[0, 3] = authors_conversion.BACKGROUND_GRAY - 10  # within the fuzz
    assert authors_conversion.trim(picture).shape == (4, 7, 3)


def test_picture_of_one_colour_stays_whole():
    assert authors_conversion.trim(paper(20, 30)).shape == (20, 30, 3)


def test_every_second_row_and_column_is_taken():
    rows = np.arange(56, dtype=np.uint8)[:, None, None]
    picture = np.broadcast_to(rows, (56, 28, 3))
    cut = authors_conversion.subsample(picture)
    assert cut.shape == (28, 14, 3)
    assert list(cut[:3, 0, 0]) in ([0, 2, 4], [1, 3, 5])


def test_sharpening_leaves_plain_parts_and_lifts_edges():
    picture = paper(8, 8)
    picture[:, 4:] = 100
    sharp = authors_conversion.sharpen(picture)
    assert (sharp[:, 0] == authors_conversion.BACKGROUND_GRAY).all()
    assert sharp[0, 4, 0] < 100


def test_what_is_extended_lies_in_the_middle():
    whole = authors_conversion.extend(np.zeros((10, 28, 3), dtype=np.uint8))
    assert whole.shape == (28, 28, 3)
    assert (whole[9:19] == 0).all()
    assert (whole[:9] == authors_conversion.BACKGROUND_GRAY).all()
