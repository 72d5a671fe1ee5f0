"""Where the weight of a heatmap lies, in numbers and words."""

import numpy as np
import pytest

from fmnist_core.attribution import location

IMAGE = np.zeros((28, 28), dtype=np.uint8)
IMAGE[4:24, 7:21] = 200
"""A garment of 20 × 14 pixels in the middle of the picture."""


def spot(rows: slice, columns: slice) -> np.ndarray:
    weights = np.zeros((28, 28), dtype=np.float32)
    weights[rows, columns] = 1
    return weights


def describe(weights: np.ndarray, *, image: np.ndarray = IMAGE, kind="gradient") -> str:
    return location.describe(location.locate(weights, image), kind)


@pytest.mark.parametrize(
    ("rows", "columns", "words"),
    [
        (slice(4, 8), slice(12, 16), "on its upper middle"),
        (slice(19, 24), slice(17, 21), "on its lower right"),
        (slice(4, 24), slice(12, 16), "on its middle, from top to bottom"),
        (slice(4, 8), slice(7, 21), "on its upper part"),
        (slice(12, 16), slice(7, 9), "on its left side, halfway down"),
        (slice(4, 24), slice(7, 21), "spread all over it"),
    ],
)
def test_part_of_the_garment_is_named(rows, columns, words):
    text = describe(spot(rows, columns))
    assert text.startswith("Nearly all of the evidence (100%) lies on the garment")
    assert words in text


def test_empty_background_is_evidence_too():
    text = describe(spot(slice(0, 3), slice(24, 28)))
    assert "Most of the evidence (100%) lies on the empty background" in text
    assert "mainly in the upper right of the picture: that nothing is there is evidence" in text


def test_shares_of_garment_and_background_add_up():
    weights = spot(slice(4, 24), slice(12, 14)) + spot(slice(4, 24), slice(0, 2))
    text = describe(weights)
    assert text.startswith("50% of the evidence lies on the garment, mainly on its middle")
    assert "The other 50% lies on the empty background" in text


def test_share_that_is_no_more_than_the_size_is_said_to_be_no_surprise():
    image = np.full((28, 28), 200, dtype=np.uint8)
    image[:, :6] = 0
    text = describe(np.ones((28, 28), dtype=np.float32), image=image)
    assert "That is no surprise: it covers 82% of the picture." in text


def test_picture_without_a_background_has_no_garment_to_speak_of():
    full = np.full((28, 28), 200, dtype=np.uint8)
    found = location.locate(spot(slice(0, 4), slice(0, 4)), full)
    assert found.garment_share is None
    text = location.describe(found, "gradient")
    assert text == "The evidence lies mainly in the upper left of the picture."
    found = location.locate(spot(slice(12, 16), slice(0, 4)), full)
    text = location.describe(found, "gradient")
    assert text == "The evidence lies mainly on the left side of the picture, halfway down."


@pytest.mark.parametrize(
    ("kind", "noun"), [("activation", "activity"), ("input gradient", "sensitivity")]
)
def test_methods_that_show_no_evidence_say_what_they_show(kind, noun):
    assert f"of the {noun} (100%)" in describe(spot(slice(4, 8), slice(8, 12)), kind=kind)


def test_weight_that_spills_over_an_edge_by_one_pixel_is_on_the_garment():
    assert location.locate(spot(slice(4, 24), slice(6, 7)), IMAGE).garment_share == 1
    assert location.locate(spot(slice(4, 24), slice(4, 5)), IMAGE).garment_share == 0
