"""What the models say to the drawing."""

from dataclasses import replace

import numpy as np

from fmnist_core.home_page import answer_cards
from fmnist_core.serving.ood_limits import UNSURE_LABEL
from fmnist_core.serving.prediction import Prediction

PIXELS = np.zeros((28, 28), dtype=np.uint8)


def prediction(label: int, *, name: str = "CNN") -> Prediction:
    probabilities = np.full(10, 0.02)
    probabilities[label] = 0.7
    probabilities[label - 1] = 0.14
    return Prediction(name=name, color="#2b83c6", probabilities=probabilities)


def test_the_three_likeliest_classes_have_a_bar() -> None:
    html = answer_cards.answers_html([prediction(8)], PIXELS)
    assert 'data-predicted="Bag"' in html
    assert html.count('class="home-bar"') == 3
    assert html.index("Bag</span>") < html.index("Sneaker</span>")
    assert "70%" in html
    assert "CNN says Bag." in html


def test_probabilities_read_as_on_predict() -> None:
    probabilities = np.zeros(10)
    probabilities[8], probabilities[3] = 0.997, 0.003
    certain = Prediction(name="CNN", color="#2b83c6", probabilities=probabilities)
    html = answer_cards.answers_html([certain], PIXELS)
    assert [f"<span>{text}</span>" in html for text in ("100%", "&lt;1%", "0%")] == [True] * 3


def test_prediction_that_is_not_sure_is_marked() -> None:
    unsure = replace(prediction(8), is_unsure=True)
    assert f"Bag <em>{UNSURE_LABEL}</em>" in answer_cards.answers_html([unsure], PIXELS)


def test_models_agree_or_disagree() -> None:
    both = [prediction(8), prediction(8, name="MLP")]
    assert answer_cards.verdict(both) == "Both say Bag."
    different = [prediction(8), prediction(9, name="MLP")]
    assert answer_cards.verdict(different).startswith("They disagree")


def test_an_empty_canvas_invites_to_draw() -> None:
    html = answer_cards.answers_html([Prediction(name="CNN"), Prediction(name="MLP")], None)
    assert answer_cards.INVITATION in html
    assert html.count('data-predicted=""') == 2


def test_a_model_that_cannot_answer_says_why() -> None:
    predictions = [Prediction(name="CNN", error="Weights <gone>."), prediction(8, name="MLP")]
    html = answer_cards.answers_html(predictions, PIXELS)
    assert "Weights &lt;gone&gt;." in html
    assert "MLP says Bag." in html


def test_an_open_outline_is_said() -> None:
    assert answer_cards.GAP in answer_cards.answers_html([prediction(8)], PIXELS, has_gap=True)
    assert answer_cards.GAP not in answer_cards.answers_html([prediction(8)], PIXELS)


def test_without_a_model_the_page_says_so() -> None:
    assert answer_cards.NO_MODELS in answer_cards.answers_html([], None)
