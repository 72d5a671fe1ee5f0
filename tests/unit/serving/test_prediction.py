"""Sentences about the predictions of several models."""

import numpy as np
import pytest

from fmnist_core.serving.prediction import Prediction, agreement, unsure_warning

BAG, DRESS, SHIRT = 8, 3, 6


def predict(name, label, *, confidence=0.9, **fields):
    probabilities = np.full(10, (1 - confidence) / 9)
    probabilities[label] = confidence
    return Prediction(name=name, color="#2b83c6", probabilities=probabilities, **fields)


FAILED = Prediction(name="MLP", color="#e69f00", error="Run x has no weights <here>.")


@pytest.mark.parametrize(
    ("predictions", "text"),
    [
        ([], ""),
        ([FAILED], ""),
        ([predict("CNN", BAG)], "CNN says Bag."),
        ([predict("CNN", BAG), FAILED], "CNN says Bag."),
        ([predict("CNN", BAG), predict("B", BAG)], "Both models say Bag."),
        ([predict("CNN", BAG)] * 3, "All 3 models say Bag."),
        (
            [predict("A", BAG), predict("B", BAG), predict("C", DRESS)],
            "2 of 3 models say Bag. C: Dress.",
        ),
        ([predict("A", BAG), predict("B", DRESS)], "No two models agree. A: Bag; B: Dress."),
        (
            [predict("Deep CNN", BAG), predict("B", DRESS), predict("C", SHIRT)],
            "No two models agree. Deep CNN: Bag; B: Dress; C: Shirt.",
        ),
    ],
)
def test_agreement(predictions, text):
    assert agreement(predictions) == text


def test_no_warning_if_every_model_is_sure():
    assert unsure_warning([predict("A", BAG), FAILED]) is None


@pytest.mark.parametrize(
    ("num_unsure", "num_others", "start"),
    [
        (1, 0, "This model is *not sure*"),
        (1, 2, "1 of 3 models is *not sure*"),
        (2, 0, "Both models are"),
        (2, 1, "2 of 3 models are "),
        (3, 0, "All 3 models are"),
    ],
)
def test_warning_counts_the_models(num_unsure, num_others, start):
    unsure = [predict("A", BAG, is_unsure=True)] * num_unsure
    assert unsure_warning([*unsure, *[predict("B", BAG)] * num_others, FAILED]).startswith(start)
