"""A drawing survives a page change until it is cleared or its background changes."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from fmnist_core.image_input import canvas
from fmnist_core.ui import visits

STROKE = {"objects": [{"type": "path"}]}
EMPTY = {"objects": []}
PIXELS = np.full((4, 4, 4), 7, dtype=np.uint8)


class Browser:
    """Stands in for the canvas in the browser."""

    def __init__(self):
        self.reply = SimpleNamespace(json_data=None, image_data=None)
        self.keys = []
        self.initial_drawing = None

    def show(self, canvas_json, pixels=PIXELS):
        self.reply = SimpleNamespace(json_data=canvas_json, image_data=pixels)

    def st_canvas(self, *, key, initial_drawing, **options):  # noqa: ARG002
        self.keys.append(key)
        self.initial_drawing = initial_drawing
        return self.reply


@pytest.fixture
def browser(monkeypatch):
    browser = Browser()
    monkeypatch.setitem(sys.modules, "streamlit_drawable_canvas", browser)
    return browser


def draw(background_key: str = "") -> np.ndarray | None:
    return canvas.draw_canvas("sketch", background_key=background_key, edge=4)


def test_nothing_before_the_first_stroke_and_the_drawing_after_it(browser):
    assert draw() is None
    browser.show(STROKE)
    assert draw() is PIXELS


def test_empty_canvas_is_no_drawing(browser, state):
    browser.show(STROKE)
    draw()
    browser.show(EMPTY)
    state[browser.keys[-1]] = "on the page"
    assert draw() is None
    assert canvas.drawing_key("sketch") not in state


def test_drawing_comes_back_on_return_to_the_page(browser):
    visits.enter("page", "Predict")
    browser.show(STROKE)
    draw()
    visits.enter("page", "Home")
    visits.enter("page", "Predict")
    browser.show(EMPTY)  # as the new canvas reports before it has drawn its initial drawing
    assert draw() is PIXELS
    assert browser.initial_drawing == STROKE
    assert len(set(browser.keys)) == 2


def test_another_background_starts_another_drawing(browser):
    browser.show(STROKE)
    draw("boot")
    browser.show(None, None)
    assert draw("bag") is None
    assert browser.initial_drawing is None


def test_clear_makes_the_next_canvas_a_new_and_empty_one(browser, state):
    browser.show(STROKE)
    draw()
    canvas._clear("sketch")
    browser.show(None, None)
    assert draw() is None
    assert browser.initial_drawing is None
    assert canvas.drawing_key("sketch") not in state
    assert len(set(browser.keys)) == 2
