"""Painting over: which pixels count as covered, and what replaces them."""

import numpy as np
import pytest

from fmnist_core.explain_page import occlude
from fmnist_core.explain_page.occlude import Replacement
from fmnist_core.synthetic.garments import draw_garment

IMAGE = draw_garment(0, 3)


def canvas(rows, columns):
    pixels = np.zeros((336, 336, 4), dtype=np.uint8)
    pixels[rows, columns] = (213, 94, 0, 255)
    return pixels


def test_empty_canvas_covers_nothing():
    assert not occlude.find_covered(None).any()
    assert not occlude.find_covered(np.zeros((336, 336, 4), dtype=np.uint8)).any()


def test_a_pixel_counts_if_more_than_half_of_it_is_covered():
    mask = occlude.find_covered(canvas(slice(0, 12 * 4 + 5), slice(0, 12 * 2 + 7)))
    assert mask[:4, :3].all()
    assert mask.sum() == 4 * 3


@pytest.mark.parametrize(
    ("replacement", "value"), [(Replacement.BLACK, 0), (Replacement.WHITE, 255)]
)
def test_only_covered_pixels_are_replaced(replacement, value):
    mask = occlude.find_covered(canvas(slice(0, 168), slice(0, 168)))
    image = occlude.replace_pixels(IMAGE, mask, replacement)
    assert (image[:14, :14] == value).all()
    np.testing.assert_array_equal(image[14:], IMAGE[14:])


def test_blurring_keeps_the_brightness():
    mask = np.ones((28, 28), dtype=bool)
    image = occlude.replace_pixels(IMAGE, mask, Replacement.BLURRED)
    assert image.std() < IMAGE.std()
    assert image.mean() == pytest.approx(IMAGE.mean(), abs=3)
