"""The picture of a photo shows the garment's outline, a dimmed background and the marks."""

import numpy as np
import pytest

from fmnist_core.image_input import photo_overlay
from fmnist_core.image_input.photo_edits import NO_EDITS, PhotoEdits
from fmnist_core.preprocessing.photo_adjustments import Stroke

GRAY = np.full((300, 300, 3), 120, dtype=np.uint8)
MASK = np.zeros((100, 100), dtype=bool)
MASK[25:75, 25:75] = True


@pytest.mark.parametrize(
    ("shape", "size"),
    [((300, 300), (680, 680)), ((4000, 3000), (600, 800)), ((30, 60), (680, 340))],
)
def test_picture_is_as_large_as_it_fits(shape, size):
    assert photo_overlay.picture_size(shape) == size


def test_background_is_dimmed_and_the_outline_is_white():
    picture = photo_overlay.draw_overlay(GRAY, MASK, NO_EDITS)
    assert picture[340, 340].tolist() == [120, 120, 120]
    assert picture[20, 20].max() < 60
    assert picture[340, 165:175].min(axis=-1).max() > 240


def test_without_a_mask_the_photo_is_as_it_is():
    assert (photo_overlay.draw_overlay(GRAY, None, NO_EDITS) == 120).all()


def test_marks_are_drawn_in_their_place():
    stroke = Stroke(points=((0.1, 0.5), (0.9, 0.5)), is_garment=True)
    dot = Stroke(points=((0.5, 0.25),), is_garment=False)
    edits = PhotoEdits(marks=(stroke, dot, (0.2, 0.2, 0.8, 0.8)))
    picture = photo_overlay.draw_overlay(GRAY, None, edits).astype(int)
    assert picture[340, 340, 2] > picture[340, 340, 0] + 50  # blue
    assert picture[170, 340, 0] > picture[170, 340, 2] + 50  # orange
    assert picture[136, 136:540].max() > 240  # the box
    assert (picture[640, 340] == 120).all()


def test_picture_is_sent_as_jpeg():
    assert photo_overlay.jpeg_url(GRAY).startswith("data:image/jpeg;base64,/9j/")
