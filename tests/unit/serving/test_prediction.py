"""What models say together, in words."""

import numpy as np
import pytest

from fmnist_core.serving.prediction import Prediction, agreement, ood_warning
from fmnist_core.ui import prediction_cards

BAG, DRESS, SHIRT = 8, 3, 6


def says(name, label, *, share=0.9, **more):
    probabilities = np.full(10, (1 - share) / 9)
    probabilities[label] = share
    return Prediction(name=name, color="#2b83c6", probabilities=probabilities, **more)


FAILED = Prediction(name="MLP", color="#e69f00", error="Run x has no weights <here>.")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ([], ""),
        ([FAILED], ""),
        ([says("CNN", BAG)], "CNN says Bag."),
        ([says("CNN", BAG), FAILED], "CNN says Bag."),
        ([says("CNN", BAG), says("B", BAG)], "Both models say Bag."),
        ([says("CNN", BAG)] * 3, "All 3 models say Bag."),
        ([says("A", BAG), says("B", BAG), says("C", DRESS)], "2 of 3 models say Bag. C: Dress."),
        ([says("A", BAG), says("B", DRESS)], "No two models agree. A: Bag; B: Dress."),
        (
            [says("CNN, deeper", BAG), says("B", DRESS), says("C", SHIRT)],
            "No two models agree. CNN, deeper: Bag; B: Dress; C: Shirt.",
        ),
    ],
)
def test_headline(said, words):
    assert agreement(said) == words


def test_doubt_says_how_many_doubt():
    assert ood_warning([says("A", BAG), FAILED]) is None
    one = says("A", BAG, is_ood=True)
    assert "To this model this looks unlike" in ood_warning([one])
    assert "To 2 of 3 models this" in ood_warning([one, says("B", BAG), one])


def test_card_has_ten_bars_and_marks_truth():
    html = prediction_cards.answers([says("CNN", BAG, milliseconds=1.23)], truth=DRESS)
    assert html.count("data-share") == 10
    assert 'data-answer="Bag"' in html
    assert "Dress ◂" in html
    assert "Bag ✗" in html
    assert "1.2 ms" in html
    assert "unfamiliar" not in html
    assert "unfamiliar" in prediction_cards.answers([says("CNN", BAG, is_ood=True)])


def test_names_and_problems_are_text_not_markup():
    html = prediction_cards.answers([FAILED.labeled("<b>x</b>", "#000")])
    assert "&lt;here&gt;" in html
    assert "<b>x" not in html
    assert "data-share" not in html


@pytest.mark.parametrize(("share", "words"), [(1.0, "100%"), (0.004, "&lt;1%"), (0.0, "0%")])
def test_small_shares_are_not_nothing(share, words):
    said = says("CNN", BAG, share=share)
    assert f">{words}<" in prediction_cards.answers([said])
