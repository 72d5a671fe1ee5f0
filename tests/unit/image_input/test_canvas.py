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
        canvas.st.session_state[key] = "on the page"
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


def test_clear_empties_the_canvas_at_once(browser, state):
    browser.show(STROKE)
    draw()
    canvas._clear("sketch", STROKE)
    assert draw() is None  # although the canvas still reports the stroke
    assert browser.initial_drawing["objects"] == []
    browser.show(EMPTY)
    assert draw() is None
    assert canvas.drawing_key("sketch") not in state
    assert len(set(browser.keys)) == 1


def test_undo_removes_the_last_stroke_and_keeps_the_answer_until_it_is_redrawn(browser):
    first, second = {"type": "path", "top": 1}, {"type": "path", "top": 2}
    browser.show({"objects": [first, second]})
    draw()
    canvas._undo("sketch", {"objects": [first, second]})
    assert draw() is PIXELS
    assert browser.initial_drawing["objects"] == [first]
    redrawn = PIXELS + 1
    browser.show({"objects": [first]}, redrawn)
    assert draw() is redrawn


def test_two_quick_undos_remove_two_strokes(browser):
    strokes = {"objects": [{"top": number} for number in range(3)]}
    browser.show(strokes)
    draw()
    canvas._undo("sketch", strokes)
    draw()
    canvas._undo("sketch", strokes)
    draw()
    assert browser.initial_drawing["objects"] == [{"top": 0}]


def test_the_same_drawing_is_redrawn_after_a_second_undo(browser):
    browser.show({"objects": [{"top": 1}, {"top": 2}]})
    draw()
    canvas._undo("sketch", {"objects": [{"top": 1}, {"top": 2}]})
    before = canvas.st.session_state["sketch initial"]
    canvas._undo("sketch", {"objects": [{"top": 1}, {"top": 3}]})
    canvas._replace("sketch", None, before["objects"])
    assert canvas.st.session_state["sketch initial"] != before


def test_undo_of_a_drawing_that_the_canvas_has_not_reported_yet(browser):
    visits.enter("page", "Predict")
    browser.show({"objects": [{"top": 1}, {"top": 2}]})
    draw()
    visits.enter("page", "Home")
    visits.enter("page", "Predict")
    browser.show(EMPTY, None)
    assert draw() is PIXELS
    canvas._undo("sketch", EMPTY)
    assert draw() is PIXELS
    assert browser.initial_drawing["objects"] == [{"top": 1}]


@pytest.fixture
def kept(monkeypatch):
    """What the browser keeps: `kept["value"]` is what it was given last."""
    kept = {"stored": None, "value": None}
    monkeypatch.setattr(
        canvas.browser_state, "keep_in_tab", lambda _, value: kept.update(value=value)
    )
    monkeypatch.setattr(canvas.browser_state, "kept_in_tab", lambda _: kept["stored"])
    return kept


def draw_kept() -> np.ndarray | None:
    canvas.restore_drawing("sketch", edge=4)
    return canvas.draw_canvas("sketch", edge=4, survives_reload=True)


def test_reload_brings_the_drawing_back(browser, kept):
    browser.show(EMPTY, None)
    assert draw_kept() is None
    kept["stored"] = canvas.to_text(canvas.SavedDrawing("", STROKE, PIXELS))
    assert np.array_equal(draw_kept(), PIXELS)
    assert browser.initial_drawing["objects"] == STROKE["objects"]
    browser.show(STROKE)
    draw_kept()
    assert kept["value"] == kept["stored"]


def test_browser_keeps_the_last_stroke_and_forgets_a_cleared_drawing(browser, kept):
    kept["stored"] = ""
    browser.show(STROKE)
    draw_kept()
    assert kept["value"]
    canvas._clear("sketch", STROKE)
    draw_kept()
    assert kept["value"] == ""


def test_drawing_that_is_too_large_is_not_kept():
    strokes = {"objects": [{"path": "x" * canvas.MAX_KEPT_CHARACTERS}]}
    assert canvas.to_text(canvas.SavedDrawing("", strokes, PIXELS)) == ""


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "null", '{"canvas": {"objects": [1]}, "background": "", "png": "AAAA"}'],
)
def test_anything_else_in_the_browser_is_no_drawing(text):
    assert canvas.from_text(text, edge=4) is None


def test_drawing_of_another_size_is_not_taken_over():
    text = canvas.to_text(canvas.SavedDrawing("", STROKE, PIXELS))
    assert canvas.from_text(text, edge=5) is None
