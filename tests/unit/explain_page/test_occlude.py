"""Painting over: which pixels count, and what comes in their place."""

import numpy as np
import pytest

from fmnist_core.explain_page import occlude
from fmnist_core.synthetic.garments import draw_garment

IMAGE = draw_garment(0, 3)


def canvas(rows, columns):
    painted = np.zeros((336, 336, 4), dtype=np.uint8)
    painted[rows, columns] = (213, 94, 0, 255)
    return painted


def test_nothing_painted_is_no_mask():
    assert not occlude.painted(None).any()
    assert not occlude.painted(np.zeros((336, 336, 4), dtype=np.uint8)).any()


def test_a_pixel_counts_from_half_of_it_on():
    mask = occlude.painted(canvas(slice(0, 12 * 4 + 5), slice(0, 12 * 2 + 7)))
    assert mask[:4, :3].all()
    assert mask.sum() == 4 * 3


@pytest.mark.parametrize(("cover", "value"), [("Black", 0), ("White", 255)])
def test_covers_replace_what_is_under_them_alone(cover, value):
    mask = occlude.painted(canvas(slice(0, 168), slice(0, 168)))
    image = occlude.poked(IMAGE, mask, cover)
    assert (image[:14, :14] == value).all()
    np.testing.assert_array_equal(image[14:], IMAGE[14:])


def test_blurring_keeps_the_brightness():
    mask = np.ones((28, 28), dtype=bool)
    image = occlude.poked(IMAGE, mask, "Blurred")
    assert image.std() < IMAGE.std()
    assert image.mean() == pytest.approx(IMAGE.mean(), abs=3)
