"""The model's 28×28 pixels are located in the original photo or sketch."""

import functools
from dataclasses import replace

import cv2
import numpy as np
import pytest

from fmnist_core.preprocessing import photo, sketch
from fmnist_core.preprocessing.photo_adjustments import PhotoAdjustments
from fmnist_core.preprocessing.preprocessed import (
    FULL_IMAGE,
    Box,
    OriginalImage,
    compose_boxes,
    input_box_around,
    window_to_box,
)
from fmnist_core.preprocessing.sketch import Sketch
from fmnist_core.synthetic.garments import draw_garment, draw_garment_large

NAN = np.nan
CLASSES_WITHOUT_STRAPS = [0, 1, 2, 3, 4, 6, 7, 8, 9]
"""A sandal's straps are thinner than one of 28 pixels, so no mask at that size shows them."""
SHIRT, BOOT = 6, 9


@functools.cache
def large_garment(label: int) -> np.ndarray:
    return draw_garment_large(label, 5)


def garment(label: int, shape: tuple[int, int], edge: int, position: tuple[int, int]) -> np.ndarray:
    """Mask of a garment on an image of this shape, bool [H, W]."""
    top, left = position
    mask = np.zeros(shape, dtype=bool)
    large = cv2.resize(large_garment(label), (edge, edge), interpolation=cv2.INTER_LINEAR)
    mask[top : top + edge, left : left + edge] = large > 10
    return mask


def make_photo(mask: np.ndarray) -> np.ndarray:
    return np.where(mask[..., None], (60, 30, 40), 250).astype(np.uint8)


def preprocess_as_photo(mask: np.ndarray):
    return photo.preprocess_photo(make_photo(mask))


def preprocess_as_sketch(mask: np.ndarray, *, filled: bool = True):
    return sketch.preprocess_sketch(Sketch(tones=mask.astype(np.float32)), filled=filled)


def intersection_over_union(preprocessed, mask: np.ndarray) -> float:
    """Intersection over union of the model's bright pixels, projected back, and the true mask."""
    projected = preprocessed.original.project((preprocessed.image > 64) * 1.0, nearest=True) == 1
    height, width = projected.shape
    true = cv2.resize(mask * 1.0, (width, height), interpolation=cv2.INTER_AREA) > 0.5
    return (projected & true).sum() / (projected | true).sum()


def move_input_box(preprocessed, offsets: tuple[int, int, int, int]):
    """The same with the edges of its input box moved by so many of the model's pixels."""
    left, top, right, bottom = preprocessed.original.input_box
    pixel = np.array([right - left, bottom - top] * 2) / 28
    input_box = tuple(preprocessed.original.input_box + pixel * offsets)
    return replace(preprocessed, original=replace(preprocessed.original, input_box=input_box))


SCENES = {
    "portrait": ((480, 360), 260, (150, 40), None),
    "landscape": ((360, 640), 300, (20, 330), None),
    "in a box": ((480, 640), 240, (120, 310), (0.4, 0.2, 0.95, 0.9)),
    "large": ((1500, 1100), 800, (400, 120), None),
    "large and in a box": ((1500, 1130), 800, (400, 120), (0.05, 0.2, 0.9, 0.93)),
    "tiny": ((66, 73), 44, (12, 8), None),
    "smaller than 28": ((60, 60), 22, (12, 30), None),
}
"""Shape, the garment's edge, its top and left in pixels, and the manual box."""


@pytest.mark.parametrize("label", CLASSES_WITHOUT_STRAPS)
@pytest.mark.parametrize("name", SCENES)
def test_input_matches_the_garment_in_the_photo(name, label):
    shape, edge, position, box = SCENES[name]
    mask = garment(label, shape, edge, position)
    preprocessed = photo.preprocess_photo(make_photo(mask), PhotoAdjustments(box=box))
    assert intersection_over_union(preprocessed, mask) > 0.85


OFFSETS = [
    *[(1, 0, 1, 0), (-1, 0, -1, 0), (0, 1, 0, 1), (0, -1, 0, -1)],
    *[(1, 0, -1, 0), (-1, 0, 1, 0), (0, 1, 0, -1), (0, -1, 0, 1)],
]
"""By one of the model's pixels: right, left, down and up; narrower, wider, lower and higher."""


@pytest.mark.parametrize("name", SCENES)
def test_no_other_box_fits_the_photo_better(name):
    shape, edge, position, box = SCENES[name]
    mask = garment(BOOT, shape, edge, position)
    preprocessed = photo.preprocess_photo(make_photo(mask), PhotoAdjustments(box=box))
    assert intersection_over_union(preprocessed, mask) > max(
        intersection_over_union(move_input_box(preprocessed, offsets), mask) for offsets in OFFSETS
    )


@pytest.mark.parametrize("filled", [True, False])
@pytest.mark.parametrize("label", [0, 1, 2, 3, 4, 6, 7, 9])
def test_input_matches_the_sketch(label, filled):
    mask = garment(label, (320, 310), 180, (100, 20))
    preprocessed = preprocess_as_sketch(mask, filled=filled)
    assert intersection_over_union(preprocessed, mask) > 0.85


def test_no_other_box_fits_the_sketch_better():
    mask = garment(BOOT, (320, 310), 180, (100, 20))
    preprocessed = preprocess_as_sketch(mask)
    assert intersection_over_union(preprocessed, mask) > max(
        intersection_over_union(move_input_box(preprocessed, offsets), mask) for offsets in OFFSETS
    )


@pytest.mark.parametrize("name", ["large", "in a box", "tiny"])
def test_the_whole_photo_is_kept(name):
    shape, edge, position, box = SCENES[name]
    image = make_photo(garment(SHIRT, shape, edge, position))
    assert photo.preprocess_photo(image, PhotoAdjustments(box=box)).original.image is image


def test_input_box_of_a_block_is_exact():
    tones = np.zeros((100, 200), dtype=np.float32)
    tones[20:76, 50:78] = 1  # two pixels become one; 14 columns get a margin of 7 on either side
    original = preprocess_as_sketch(tones).original
    assert original.input_box == pytest.approx((36 / 200, 20 / 100, 92 / 200, 76 / 100))
    shown = original.project(np.ones((28, 28)))
    expected = np.zeros((100, 200), dtype=bool)
    expected[20:76, 36:92] = True
    np.testing.assert_array_equal(~np.isnan(shown), expected)


@pytest.mark.parametrize("width", range(70, 92, 3))
@pytest.mark.parametrize("preprocess", [preprocess_as_photo, preprocess_as_sketch])
def test_odd_and_even_edges_are_projected_to_their_position(preprocess, width):
    """Photo and sketch put the larger half of an odd margin on different sides."""
    mask = np.zeros((200, 300), dtype=bool)
    mask[40:180, 30 : 30 + width] = True
    preprocessed = preprocess(mask)
    projected = preprocessed.original.project(preprocessed.image / 255)
    _, columns = np.nonzero(projected > 0.5)
    assert (columns.min() + columns.max() + 1) / 2 == pytest.approx(30 + width / 2, abs=1.5)


def test_the_original_of_a_sketch_is_its_first_step():
    mask = garment(SHIRT, (320, 320), 180, (100, 20))
    preprocessed = preprocess_as_sketch(mask)
    assert preprocessed.original.image is preprocessed.steps[0].image


def test_image_in_the_format_of_the_data_set_is_its_own_input_box():
    image = np.repeat(draw_garment(SHIRT, 3)[..., None], 3, axis=2)
    preprocessed = photo.preprocess_photo(image)
    assert preprocessed.original.input_box == FULL_IMAGE
    projected = preprocessed.original.project(preprocessed.image, nearest=True)
    np.testing.assert_array_equal(projected, preprocessed.image)
    smooth = preprocessed.original.project(preprocessed.image)
    np.testing.assert_allclose(smooth, preprocessed.image, atol=1e-4)


def make_original(height: int, width: int, input_box: Box) -> OriginalImage:
    return OriginalImage(image=np.zeros((height, width, 3), dtype=np.uint8), input_box=input_box)


def test_nearest_projection_draws_blocks():
    projected = make_original(4, 8, (0.25, 0, 0.75, 1)).project(
        np.array([[1, 2], [3, 4]]), nearest=True
    )
    above, below = [NAN, NAN, 1, 1, 2, 2, NAN, NAN], [NAN, NAN, 3, 3, 4, 4, NAN, NAN]
    np.testing.assert_array_equal(projected, np.array([above, above, below, below]))
    assert projected.dtype == np.float32
    assert projected.flags.c_contiguous


def test_projection_is_bilinear_between_cell_centers():
    projected = make_original(1, 8, FULL_IMAGE).project(np.array([[0.0, 8.0]]))
    np.testing.assert_allclose(projected, [[0, 0, 1, 3, 5, 7, 8, 8]])
    plane = make_original(4, 4, FULL_IMAGE).project(np.array([[0.0, 4.0], [8.0, 12.0]]))
    np.testing.assert_allclose(plane[:, 0], [0, 2, 6, 8])
    np.testing.assert_allclose(plane[1], [2, 3, 5, 6])


@pytest.mark.parametrize("nearest", [True, False])
def test_input_box_may_extend_beyond_the_image(nearest):
    values = np.arange(16.0).reshape(4, 4)
    projected = make_original(2, 4, (0, -0.5, 1, 1.5)).project(values, nearest=nearest)
    np.testing.assert_allclose(projected, values[1:3])


@pytest.mark.parametrize("shape", [(1, 1), (7, 7), (28, 28), (64, 64), (5, 9)])
@pytest.mark.parametrize("nearest", [True, False])
def test_maps_of_any_size_cover_the_same_area(shape, nearest):
    original = make_original(50, 40, (0.1, -0.2, 0.9, 0.44))
    projected = original.project(np.full(shape, 3.0), nearest=nearest)
    expected = np.full((50, 40), NAN)
    expected[:22, 4:36] = 3
    np.testing.assert_array_equal(projected, expected)


def test_boxes_are_composed():
    outer = window_to_box((slice(10, 30), slice(20, 60)), (40, 80, 3))
    assert outer == (0.25, 0.25, 0.75, 0.75)
    assert compose_boxes(outer, (0.5, 0, 1, 0.5)) == (0.5, 0.25, 0.75, 0.5)
    assert compose_boxes(outer, (0.5, 0, 1, 0.5), (-1, 0, 1, 1)) == (0.25, 0.25, 0.75, 0.5)
    assert input_box_around((slice(0, 28), slice(7, 21))) == (-0.5, 0, 1.5, 1)
