"""Prediction cards as HTML."""

import numpy as np
import pytest

from fmnist_core.serving.ood_limits import UNSURE_LABEL
from fmnist_core.serving.prediction import Prediction
from fmnist_core.ui import prediction_cards

BAG, DRESS = 8, 3
PIXELS = np.zeros((28, 28), dtype=np.uint8)
FAILED = Prediction(name="<b>x</b>", color="#000", error="Run x has no weights <here>.")


def predict(label, *, confidence=0.9, **fields):
    probabilities = np.full(10, (1 - confidence) / 9)
    probabilities[label] = confidence
    return Prediction(name="CNN", color="#2b83c6", probabilities=probabilities, **fields)


def test_card_has_ten_bars_and_marks_the_true_class():
    html = prediction_cards.cards_html([predict(BAG, milliseconds=1.23)], accepted=(DRESS,))
    assert html.count("data-probability") == 10
    assert 'data-predicted="Bag"' in html
    assert 'Dress <span title="True class">◂</span>' in html
    assert html.count("◂") == 1
    assert "Bag<span> ✗" in html
    assert "1.2 ms" in html.partition("<details>")[2]
    assert UNSURE_LABEL not in html


def test_card_marks_a_prediction_that_is_not_sure():
    html = prediction_cards.cards_html(
        [predict(BAG, is_unsure=True, ood_score=1.314, ood_threshold=1.306)]
    )
    assert f">{UNSURE_LABEL}<" in html
    assert "How unusual: 1.31 " in html.partition("<details>")[2]
    assert "(normal up to 1.31)" in html


def test_names_and_errors_are_escaped():
    html = prediction_cards.cards_html([FAILED])
    assert "&lt;here&gt;" in html
    assert "<b>x" not in html
    assert "data-probability" not in html


def test_card_without_an_image_has_bars_without_numbers():
    html = prediction_cards.cards_html([Prediction(name="CNN", color="#000")])
    assert html.count('data-probability="0.0000"') == 10
    assert 'data-predicted=""' in html
    assert "%<" not in html
    assert "How unusual" not in html


@pytest.mark.parametrize(("confidence", "text"), [(1.0, "100%"), (0.004, "&lt;1%"), (0.0, "0%")])
def test_small_probabilities_are_not_rounded_to_zero(confidence, text):
    assert f">{text}<" in prediction_cards.cards_html([predict(BAG, confidence=confidence)])


def test_any_class_that_counts_as_right_is_right():
    html = prediction_cards.cards_html([predict(BAG)], accepted=(DRESS, BAG))
    assert "Bag<span> ✓" in html
    assert html.count("◂") == 2


def test_each_prediction_is_wrong_where_no_class_is_right():
    html = prediction_cards.cards_html([predict(BAG)], accepted=())
    assert "Bag<span> ✗" in html
    assert "◂" not in html


@pytest.mark.parametrize(("truth", "shown"), [("", False), ("Dress", True)])
def test_summary_names_the_true_class_if_known(truth, shown):
    html = prediction_cards.summary_html("Both models say <Bag>.", PIXELS, truth=truth)
    assert "&lt;Bag&gt;" in html
    assert ("Actually: Dress" in html) is shown


def test_bars_know_their_rank_so_that_a_phone_can_show_the_first_ones():
    html = prediction_cards.cards_html([predict(BAG)])
    assert 'data-rank="0" style="--share:90.0%"><span>Bag' in html
    assert {f'data-rank="{rank}"' in html for rank in range(10)} == {True}
