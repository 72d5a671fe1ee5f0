"""A photo obeys its manual adjustments, and one that cannot be used is no image."""

import io

import numpy as np
import pytest
from PIL import Image

from fmnist_core.image_input import photo
from fmnist_core.image_input.input_image import content_key
from fmnist_core.synthetic.garments import draw_garment_large

BOOT = 255 - draw_garment_large(9, 4)


def png(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def key_of(contents: bytes) -> str:
    image = photo.read_photo(contents, name="boot.png")
    assert image is not None
    assert image.photo_key is not None
    return image.photo_key


def test_without_adjustments_everything_is_automatic():
    adjustments = photo.read_adjustments("some key")
    assert (adjustments.inverted, adjustments.threshold, adjustments.crop) == (None, None, None)


@pytest.mark.parametrize(("option", "inverted"), [("dark garment", True), ("light garment", False)])
def test_contrast_decides_whether_the_garment_is_inverted(state, option, inverted):
    contents = png(BOOT)
    state[f"contrast {key_of(contents)}"] = option
    image = photo.read_photo(contents, name="boot.png")
    assert image.preprocessed.inverted is inverted


def test_crop_and_threshold_are_read_for_their_own_photo_only(state):
    state |= {"crop x boot": (10, 80), "crop y boot": (0, 50), "threshold boot": 12}
    adjustments = photo.read_adjustments("boot")
    assert adjustments.crop == (0.1, 0.0, 0.8, 0.5)
    assert adjustments.threshold == 12
    assert photo.read_adjustments("bag").crop is None


@pytest.mark.parametrize("contents", [b"no image", png(np.full((60, 60), 200, np.uint8))])
def test_unreadable_file_and_empty_photo_are_no_image(contents):
    assert photo.read_photo(contents, name="x.png") is None


def test_photos_of_different_content_have_different_keys():
    assert content_key(BOOT) == content_key(BOOT.copy())
    assert content_key(BOOT) != content_key(BOOT[::-1])
