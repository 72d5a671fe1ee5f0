"""A photo obeys what is marked on it, and a file that is no image is no photo."""

import io

import numpy as np
from PIL import Image

from fmnist_core.image_input import photo, photo_edits
from fmnist_core.image_input.input_image import InputImage, content_key
from fmnist_core.synthetic.garments import draw_garment_large

BOOT = 255 - draw_garment_large(9, 4)


def png(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def read(contents: bytes) -> InputImage:
    image = photo.read_photo(contents, name="boot.png")
    assert image is not None
    assert image.photo_key is not None
    return image


def test_the_colors_that_were_set_decide_whether_the_garment_is_inverted():
    key = read(png(BOOT)).photo_key
    for inverted in (True, False):
        photo_edits.set_inverted(key, inverted)
        assert read(png(BOOT)).preprocessed.inverted is inverted


def test_a_box_on_the_photo_changes_the_input_and_undo_changes_it_back():
    first = read(png(BOOT))
    photo_edits.add_mark(first.photo_key, (0.0, 0.0, 0.6, 1.0))
    assert (read(png(BOOT)).pixels != first.pixels).any()
    photo_edits.undo(first.photo_key)
    np.testing.assert_array_equal(read(png(BOOT)).pixels, first.pixels)


def test_a_rerun_does_not_repeat_the_work():
    assert read(png(BOOT)).preprocessed is read(png(BOOT)).preprocessed
    other = read(png(BOOT[::-1]))
    assert other.photo_key != read(png(BOOT)).photo_key


def test_a_dismissed_photo_is_forgotten(state):
    read(png(BOOT))
    photo.forget_photo()
    assert photo.LAST_KEY not in state


def test_file_that_is_no_image_is_no_photo():
    assert photo.read_photo(b"no image", name="x.png") is None


def test_photos_of_different_content_have_different_keys():
    assert content_key(BOOT) == content_key(BOOT.copy())
    assert content_key(BOOT) != content_key(BOOT[::-1])
