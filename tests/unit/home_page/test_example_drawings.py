"""The example drawings: what the canvas draws, the pixels and the icons agree."""

import numpy as np
import pytest

from fmnist_core.fashion_mnist import CLASSES, NUM_CLASSES
from fmnist_core.home_page import example_drawings
from fmnist_core.home_page.example_drawings import OUTLINES, Pen
from fmnist_core.preprocessing import sketch

PEN = Pen(width=14, color="#000000", paper="#ffffff")
EDGE = 320
LABELS = pytest.mark.parametrize("label", range(NUM_CLASSES), ids=CLASSES)


def test_every_class_has_an_outline() -> None:
    assert len(OUTLINES) == NUM_CLASSES


@LABELS
def test_the_outline_is_closed_and_inside_the_canvas(label: int) -> None:
    pixels = example_drawings.draw_pixels(label, PEN, edge=EDGE)
    assert pixels.shape == (EDGE, EDGE, 4)
    drawn = pixels[..., 0] < 255
    assert drawn.any()
    assert not np.concatenate([drawn[0], drawn[-1], drawn[:, 0], drawn[:, -1]]).any()
    assert sketch.preprocess_sketch(sketch.read_canvas(pixels)).warning is None


@LABELS
def test_the_canvas_draws_along_the_same_points(label: int) -> None:
    objects = example_drawings.canvas_json(label, PEN, edge=EDGE)["objects"]
    pixels = example_drawings.draw_pixels(label, PEN, edge=EDGE)
    assert len(objects) == len(OUTLINES[label])
    for command, x, y in (step for drawn in objects for step in drawn["path"]):
        assert command in "ML"
        assert pixels[round(y), round(x), 0] == 0


@LABELS
def test_the_icon_has_every_line(label: int) -> None:
    assert example_drawings.icon_url(label).count("polyline") == len(OUTLINES[label])
