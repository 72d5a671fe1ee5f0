"""Painting over: which pixels count as covered, and what replaces them."""

import numpy as np
import pytest

from fmnist_core.explain_page import occlude
from fmnist_core.explain_page.occlude import Replacement
from fmnist_core.synthetic.garments import draw_garment

IMAGE = draw_garment(0, 3)


def canvas(rows, columns, *, replacement=Replacement.BLACK):
    pixels = np.zeros((336, 336, 4), dtype=np.uint8)
    pixels[rows, columns] = (*occlude.BRUSH_COLORS[replacement], 255)
    return pixels


def test_empty_canvas_covers_nothing():
    for pixels in (None, np.zeros((336, 336, 4), dtype=np.uint8)):
        assert not any(mask.any() for mask in occlude.find_covered(pixels).values())


def test_a_pixel_counts_if_more_than_half_of_it_is_covered():
    covered = occlude.find_covered(canvas(slice(0, 12 * 4 + 5), slice(0, 12 * 2 + 7)))
    mask = covered[Replacement.BLACK]
    assert mask[:4, :3].all()
    assert mask.sum() == 4 * 3


@pytest.mark.parametrize(
    ("replacement", "value"), [(Replacement.BLACK, 0), (Replacement.WHITE, 255)]
)
def test_only_covered_pixels_are_replaced(replacement, value):
    pixels = canvas(slice(0, 168), slice(0, 168), replacement=replacement)
    image = occlude.replace_pixels(IMAGE, occlude.find_covered(pixels))
    assert (image[:14, :14] == value).all()
    np.testing.assert_array_equal(image[14:], IMAGE[14:])


def test_blurring_keeps_the_brightness():
    mask = np.ones((28, 28), dtype=bool)
    image = occlude.replace_pixels(IMAGE, {Replacement.BLURRED: mask})
    assert image.std() < IMAGE.std()
    assert image.mean() == pytest.approx(IMAGE.mean(), abs=3)


def test_each_stroke_keeps_its_replacement():
    pixels = canvas(slice(0, 168), slice(0, 336), replacement=Replacement.WHITE)
    pixels += canvas(slice(168, 336), slice(0, 336), replacement=Replacement.BLACK)
    image = occlude.replace_pixels(IMAGE, occlude.find_covered(pixels))
    assert (image[:14] == 255).all()
    assert (image[14:] == 0).all()
