"""The sentences above and below a heatmap."""

from dataclasses import replace

import numpy as np
import pytest

from fmnist_core.attribution.target import Target
from fmnist_core.explain_page import findings
from fmnist_core.serving.prediction import Prediction

PROBABILITIES = np.array([0, 0, 0, 0.06, 0.94, 0, 0, 0, 0, 0])


@pytest.fixture
def explanation(explain):
    """Of the prediction Coat, 94% sure."""
    explained = explain()
    prediction = Prediction(name="CNN", probabilities=PROBABILITIES)
    model = replace(explained.model, name="CNN", prediction=prediction, target=Target(label=4))
    return replace(explained, model=model, caption="Why Coat (94%)")


@pytest.mark.parametrize(
    ("accepted", "end"),
    [
        (None, "sure."),
        ((4,), "sure, and that's right."),
        ((2, 4), "sure, and that's right."),
        ((9,), "sure, but it's an Ankle boot."),
        ((), "sure, and that's wrong: Hat."),
    ],
)
def test_headline_says_the_prediction_and_whether_it_is_right(
    explanation, request_one, accepted, end
):
    image = replace(request_one.image, accepted=accepted, truth="Hat")
    text = findings.headline(explanation, image)
    assert text == f"CNN says Coat, 94% {end}"


def test_headline_of_another_class_says_what_is_explained(explanation, request_one):
    model = replace(explanation.model, target=Target(label=3))
    other = replace(explanation, model=model, caption="Evidence for Dress (6%)")
    assert findings.headline(other, request_one.image) == "CNN: Evidence for Dress (6%)"


def test_contrast_with_the_first_class_is_no_plain_prediction(explanation, request_one):
    model = replace(explanation.model, target=Target(label=4, against=0))
    other = replace(explanation, model=model, caption="Why Coat and not T-shirt/top")
    assert "and not T-shirt/top" in findings.headline(other, request_one.image)


def test_evidence_says_where_it_lies(explanation, request_one):
    assert "of the evidence" in findings.evidence(explanation, request_one.image)


def test_without_a_heatmap_the_problem_is_said(explain, request_one):
    assert findings.evidence(explain(problem="Nothing."), request_one.image) == "Nothing."
