"""Marks on a photo: what the canvas reports becomes boxes and strokes, once each."""

import pytest

from fmnist_core.image_input import photo_edits
from fmnist_core.image_input.photo_edits import BACKGROUND_COLOR, GARMENT_COLOR
from fmnist_core.preprocessing.photo_adjustments import Stroke

BOX = {"type": "Rect", "left": 20, "top": 10, "width": 100, "height": 50, "scaleX": 1}
LINE = {
    "type": "Path",
    "stroke": GARMENT_COLOR,
    "path": [["M", 20, 10], ["Q", 30, 15, 40, 20], ["L", 100, 50], ["Z"]],
}
SIZE = {"width": 200, "height": 100}


def take(*objects):
    photo_edits.take_drawing("boot", objects, **SIZE)
    return photo_edits.read_edits("boot")


def test_box_is_in_fractions_of_the_photo():
    assert take(BOX).box == (0.1, 0.1, 0.6, 0.6)


def test_box_by_its_center():
    centered = BOX | {"originX": "center", "originY": "center", "left": 70, "top": 35}
    assert take(centered).box == (0.1, 0.1, 0.6, 0.6)


def test_box_that_leaves_the_photo_is_cut_off():
    assert take(BOX | {"left": -50, "width": 500}).box == (0.0, 0.1, 1.0, 0.6)


def test_stroke_is_the_line_that_was_drawn():
    (stroke,) = take(LINE).strokes
    assert stroke == Stroke(points=((0.1, 0.1), (0.2, 0.2), (0.5, 0.5)), is_garment=True)
    (other,) = take(LINE | {"stroke": BACKGROUND_COLOR}).strokes[1:]
    assert not other.is_garment


@pytest.mark.parametrize(
    "entry",
    [BOX | {"width": 1}, {}, {"type": "Path"}, {"type": "Path", "path": [["M", "x", 1]]}, 3,
     {"type": "Rect", "left": None}],
)  # fmt: skip
def test_clicks_and_damaged_objects_are_no_marks(entry):
    assert take(entry).marks == ()


def test_each_object_is_taken_once_however_often_it_is_reported():
    assert len(take(LINE).marks) == 1
    assert len(take(LINE, BOX).marks) == 2
    assert len(take().marks) == 2
    assert len(take(BOX | {"left": 0}).marks) == 3


def test_canvas_is_emptied_after_each_mark_alone():
    assert take(LINE).canvas_version == 1
    assert take().canvas_version == 1
    assert take(BOX).canvas_version == 2


def test_only_the_last_box_counts_and_undo_brings_back_the_one_before():
    take(BOX)
    take(BOX | {"left": 0})
    assert photo_edits.read_edits("boot").to_adjustments().box == (0.0, 0.1, 0.5, 0.6)
    photo_edits.undo("boot")
    assert photo_edits.read_edits("boot").to_adjustments().box == (0.1, 0.1, 0.6, 0.6)


def test_reset_removes_the_marks_and_keeps_the_colors():
    photo_edits.set_inverted("boot", True)
    take(BOX, LINE)
    photo_edits.reset("boot")
    edits = photo_edits.read_edits("boot")
    assert (edits.marks, edits.inverted) == ((), True)


def test_edits_belong_to_one_photo_and_the_oldest_are_forgotten():
    photo_edits.add_mark("boot", (0, 0, 1, 1))
    assert photo_edits.read_edits("bag") == photo_edits.NO_EDITS
    for number in range(photo_edits.MAX_PHOTOS):
        photo_edits.add_mark(f"photo {number}", (0, 0, 1, 1))
    assert photo_edits.read_edits("boot") == photo_edits.NO_EDITS
    assert photo_edits.read_edits("photo 0").marks
