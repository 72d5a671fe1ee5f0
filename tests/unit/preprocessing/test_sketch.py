"""Sketches of known shape: what is filled, what stays empty, and where it ends up."""

import cv2
import numpy as np
import pytest

from fmnist_core.errors import DataError
from fmnist_core.preprocessing import sketch
from fmnist_core.preprocessing.sketch import ERASER_GRAY, FILL_TONE, Sketch

SIZE = 320
BLACK, ERASER = (0, 0, 0, 255), (ERASER_GRAY, ERASER_GRAY, ERASER_GRAY, 255)


def empty_canvas() -> np.ndarray:
    return np.full((SIZE, SIZE, 4), 255, dtype=np.uint8)


def box(canvas: np.ndarray, *, closed: bool = True) -> np.ndarray:
    """An outline 100 pixels wide and 200 high, off center; open at the top right on request."""
    corners = np.array([[200, 90], [200, 290], [100, 290], [100, 90], [160 + 40 * closed, 90]])
    cv2.polylines(canvas, [corners.astype(np.int32)], False, BLACK, 8)
    return canvas


def preprocess(canvas, **options):
    return sketch.preprocess_sketch(sketch.read_canvas(canvas), **options)


def test_closed_outline_is_filled():
    image = preprocess(box(empty_canvas())).image
    assert image.shape == (28, 28)
    assert image[14, 14] == pytest.approx(255 * FILL_TONE, abs=1)
    assert image[14].max() > 225  # its line stays brighter


def test_filling_can_be_turned_off():
    image = preprocess(box(empty_canvas()), filled=False).image
    assert image[14, 14] == 0
    assert image.max() == 255


def test_sketch_fills_the_height_and_keeps_its_proportions():
    rows, columns = np.nonzero(preprocess(box(empty_canvas())).image > 60)
    assert (rows.min(), rows.max()) == (0, 27)
    assert columns.max() - columns.min() + 1 == pytest.approx(28 * 108 / 208, abs=1.5)
    assert (columns.min() + columns.max()) / 2 == pytest.approx(13.5, abs=1)


def test_small_gap_is_closed_and_a_large_one_gives_a_warning():
    canvas = box(empty_canvas())
    canvas[180:185, 90:110] = 255
    assert preprocess(canvas).image[14, 14] > 150
    canvas[150:250, 90:110] = 255
    opened = preprocess(canvas)
    assert opened.image[14, 14] == 0
    assert opened.warning == sketch.OPEN_OUTLINE_TEXT
    assert preprocess(box(empty_canvas())).warning is None


def test_erased_hole_stays_empty():
    canvas = empty_canvas()
    cv2.rectangle(canvas, (60, 60), (260, 260), BLACK, cv2.FILLED)
    cv2.circle(canvas, (160, 160), 40, ERASER, cv2.FILLED)
    assert preprocess(canvas).image[14, 14] == 0
    cv2.circle(canvas, (160, 160), 40, (255, 255, 255, 255), cv2.FILLED)
    assert preprocess(canvas).image[14, 14] > 150


def test_erased_line_does_not_leave_an_empty_stripe():
    canvas = box(empty_canvas())
    cv2.line(canvas, (150, 90), (150, 290), BLACK, 6)
    cv2.line(canvas, (150, 100), (150, 280), ERASER, 20)
    assert preprocess(canvas).image[14, 14] > 150


@pytest.mark.parametrize("canvas", [empty_canvas(), np.zeros((SIZE, SIZE, 4), dtype=np.uint8)])
def test_empty_canvas_is_refused(canvas):
    assert sketch.read_canvas(canvas).is_empty
    with pytest.raises(DataError, match="canvas is empty"):
        preprocess(canvas)


def test_transparent_canvas_is_empty():
    canvas = np.zeros((SIZE, SIZE, 4), dtype=np.uint8)
    canvas[100:200, 100:200] = BLACK
    image = preprocess(canvas).image
    assert image.min() == 255


@pytest.mark.parametrize("size", [1, 3, 40])
def test_a_dot_is_a_sketch(size):
    tones = np.zeros((SIZE, SIZE), dtype=np.float32)
    tones[:size, -size:] = 1
    assert sketch.preprocess_sketch(Sketch(tones=tones)).image.max() == 255


def test_steps_begin_with_the_drawing_and_end_with_the_input_image():
    preprocessed = preprocess(box(empty_canvas()))
    assert [step.title for step in preprocessed.steps][:2] == ["Drawing", "Filled"]
    assert preprocessed.steps[-1].image is preprocessed.image
    assert "Filled" not in [
        step.title for step in preprocess(box(empty_canvas()), filled=False).steps
    ]
