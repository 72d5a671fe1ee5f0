"""Where in a photograph or a drawing the model's 28×28 pixels lie."""

import functools
from dataclasses import replace

import cv2
import numpy as np
import pytest

from fmnist_core.preprocessing import photo, sketch
from fmnist_core.preprocessing.photo import PhotoAdjustments
from fmnist_core.preprocessing.preprocessed import (
    FULL_IMAGE,
    Original,
    compose_boxes,
    input_box_around,
    window_to_box,
)
from fmnist_core.preprocessing.sketch import Sketch
from fmnist_core.synthetic.garments import draw_garment, draw_garment_large

NAN = np.nan
CLASSES_WITHOUT_STRAPS = [0, 1, 2, 3, 4, 6, 7, 8, 9]
"""A sandal's straps are thinner than one of 28 pixels, so that no mask of those shows them."""
SHIRT, BOOT = 6, 9


@functools.cache
def drawn(label: int) -> np.ndarray:
    return draw_garment_large(label, 5)


def garment(label: int, shape: tuple[int, int], edge: int, place: tuple[int, int]) -> np.ndarray:
    """Where a garment is that was laid on paper of that shape: bool [H, W]."""
    top, left = place
    mask = np.zeros(shape, dtype=bool)
    large = cv2.resize(drawn(label), (edge, edge), interpolation=cv2.INTER_LINEAR)
    mask[top : top + edge, left : left + edge] = large > 10
    return mask


def photographed(mask: np.ndarray) -> np.ndarray:
    return np.where(mask[..., None], (60, 30, 40), 250).astype(np.uint8)


def in_photograph(mask: np.ndarray):
    return photo.preprocess_photo(photographed(mask))


def in_drawing(mask: np.ndarray, *, filled: bool = True):
    return sketch.preprocess_sketch(Sketch(tones=mask.astype(np.float32)), filled=filled)


def overlap(prepared, mask: np.ndarray) -> float:
    """Intersection over union: what the model sees as bright, laid back over the true mask."""
    found = prepared.original.project((prepared.image > 64) * 1.0, nearest=True) == 1
    height, width = found.shape
    true = cv2.resize(mask * 1.0, (width, height), interpolation=cv2.INTER_AREA) > 0.5
    return (found & true).sum() / (found | true).sum()


def moved(prepared, slip: tuple[int, int, int, int]):
    """The same with its square's ends moved by so many of the model's pixels."""
    left, top, right, bottom = prepared.original.input_box
    pixel = np.array([right - left, bottom - top] * 2) / 28
    square = tuple(prepared.original.input_box + pixel * slip)
    return replace(prepared, original=replace(prepared.original, input_box=square))


SCENES = {
    "portrait": ((480, 360), 260, (150, 40), None),
    "landscape": ((360, 640), 300, (20, 330), None),
    "cropped": ((480, 640), 240, (120, 310), (0.4, 0.2, 0.95, 0.9)),
    "large": ((1500, 1100), 800, (400, 120), None),
    "large and cropped": ((1500, 1130), 800, (400, 120), (0.05, 0.2, 0.9, 0.93)),
    "tiny": ((66, 73), 44, (12, 8), None),
    "smaller than 28": ((60, 60), 22, (12, 30), None),
}
"""Shape, the garment's edge, its top and left in pixels, and what is cropped by hand."""


@pytest.mark.parametrize("label", CLASSES_WITHOUT_STRAPS)
@pytest.mark.parametrize("name", SCENES)
def test_what_the_model_sees_lies_on_the_garment_in_the_photograph(name, label):
    shape, edge, place, crop = SCENES[name]
    mask = garment(label, shape, edge, place)
    prepared = photo.preprocess_photo(photographed(mask), PhotoAdjustments(crop=crop))
    assert overlap(prepared, mask) > 0.85


SLIPS = [
    *[(1, 0, 1, 0), (-1, 0, -1, 0), (0, 1, 0, 1), (0, -1, 0, -1)],
    *[(1, 0, -1, 0), (-1, 0, 1, 0), (0, 1, 0, -1), (0, -1, 0, 1)],
]
"""By one of the model's pixels: right, left, down and up; narrower, wider, lower and higher."""


@pytest.mark.parametrize("name", SCENES)
def test_no_other_place_would_fit_the_photograph_better(name):
    shape, edge, place, crop = SCENES[name]
    mask = garment(BOOT, shape, edge, place)
    prepared = photo.preprocess_photo(photographed(mask), PhotoAdjustments(crop=crop))
    assert overlap(prepared, mask) > max(overlap(moved(prepared, slip), mask) for slip in SLIPS)


@pytest.mark.parametrize("filled", [True, False])
@pytest.mark.parametrize("label", [0, 1, 2, 3, 4, 6, 7, 9])
def test_what_the_model_sees_lies_on_the_drawing(label, filled):
    mask = garment(label, (320, 310), 180, (100, 20))
    prepared = in_drawing(mask, filled=filled)
    assert overlap(prepared, mask) > 0.85


def test_no_other_place_would_fit_the_drawing_better():
    mask = garment(BOOT, (320, 310), 180, (100, 20))
    prepared = in_drawing(mask)
    assert overlap(prepared, mask) > max(overlap(moved(prepared, slip), mask) for slip in SLIPS)


@pytest.mark.parametrize("name", ["large", "cropped", "tiny"])
def test_the_whole_photograph_is_kept(name):
    shape, size, place, crop = SCENES[name]
    picture = photographed(garment(SHIRT, shape, size, place))
    assert photo.preprocess_photo(picture, PhotoAdjustments(crop=crop)).original.image is picture


def test_square_of_a_block_is_known_to_the_pixel():
    tones = np.zeros((100, 200), dtype=np.float32)
    tones[20:76, 50:78] = 1  # two pixels become one; 14 columns have 7 of paper on either side
    original = in_drawing(tones).original
    assert original.input_box == pytest.approx((36 / 200, 20 / 100, 92 / 200, 76 / 100))
    shown = original.project(np.ones((28, 28)))
    expected = np.zeros((100, 200), dtype=bool)
    expected[20:76, 36:92] = True
    np.testing.assert_array_equal(~np.isnan(shown), expected)


@pytest.mark.parametrize("width", range(70, 92, 3))
@pytest.mark.parametrize("prepare", [in_photograph, in_drawing])
def test_odd_and_even_edges_are_found_where_they_were_placed(prepare, width):
    """Of an odd number of pixels left over, the ways put the larger half on different sides."""
    mask = np.zeros((200, 300), dtype=bool)
    mask[40:180, 30 : 30 + width] = True
    prepared = prepare(mask)
    seen = prepared.original.project(prepared.image / 255)
    _, columns = np.nonzero(seen > 0.5)
    assert (columns.min() + columns.max() + 1) / 2 == pytest.approx(30 + width / 2, abs=1.5)


def test_a_drawings_original_is_its_first_step():
    mask = garment(SHIRT, (320, 320), 180, (100, 20))
    prepared = in_drawing(mask)
    assert prepared.original.image is prepared.steps[0].image


def test_image_of_the_data_sets_own_form_is_its_own_square():
    picture = np.repeat(draw_garment(SHIRT, 3)[..., None], 3, axis=2)
    prepared = photo.preprocess_photo(picture)
    assert prepared.original.input_box == FULL_IMAGE
    laid = prepared.original.project(prepared.image, nearest=True)
    np.testing.assert_array_equal(laid, prepared.image)
    smooth = prepared.original.project(prepared.image)
    np.testing.assert_allclose(smooth, prepared.image, atol=1e-4)


def original(height: int, width: int, square: tuple[float, float, float, float]) -> Original:
    return Original(image=np.zeros((height, width, 3), dtype=np.uint8), input_box=square)


def test_blocks_are_laid_into_their_part():
    laid = original(4, 8, (0.25, 0, 0.75, 1)).project(np.array([[1, 2], [3, 4]]), nearest=True)
    above, below = [NAN, NAN, 1, 1, 2, 2, NAN, NAN], [NAN, NAN, 3, 3, 4, 4, NAN, NAN]
    np.testing.assert_array_equal(laid, np.array([above, above, below, below]))
    assert laid.dtype == np.float32
    assert laid.flags.c_contiguous


def test_between_the_cells_middles_it_is_bilinear():
    laid = original(1, 8, FULL_IMAGE).project(np.array([[0.0, 8.0]]))
    np.testing.assert_allclose(laid, [[0, 0, 1, 3, 5, 7, 8, 8]])
    plane = original(4, 4, FULL_IMAGE).project(np.array([[0.0, 4.0], [8.0, 12.0]]))
    np.testing.assert_allclose(plane[:, 0], [0, 2, 6, 8])
    np.testing.assert_allclose(plane[1], [2, 3, 5, 6])


@pytest.mark.parametrize("nearest", [True, False])
def test_square_may_reach_beyond_the_picture(nearest):
    values = np.arange(16.0).reshape(4, 4)
    laid = original(2, 4, (0, -0.5, 1, 1.5)).project(values, nearest=nearest)
    np.testing.assert_allclose(laid, values[1:3])


@pytest.mark.parametrize("shape", [(1, 1), (7, 7), (28, 28), (64, 64), (5, 9)])
@pytest.mark.parametrize("nearest", [True, False])
def test_map_of_any_size_takes_the_same_place(shape, nearest):
    place = original(50, 40, (0.1, -0.2, 0.9, 0.44))
    laid = place.project(np.full(shape, 3.0), nearest=nearest)
    expected = np.full((50, 40), NAN)
    expected[:22, 4:36] = 3
    np.testing.assert_array_equal(laid, expected)


def test_boxes_lie_in_each_other():
    outer = window_to_box((slice(10, 30), slice(20, 60)), (40, 80, 3))
    assert outer == (0.25, 0.25, 0.75, 0.75)
    assert compose_boxes(outer, (0.5, 0, 1, 0.5)) == (0.5, 0.25, 0.75, 0.5)
    assert compose_boxes(outer, (0.5, 0, 1, 0.5), (-1, 0, 1, 1)) == (0.25, 0.25, 0.75, 0.5)
    assert input_box_around((slice(0, 28), slice(7, 21))) == (-0.5, 0, 1.5, 1)
