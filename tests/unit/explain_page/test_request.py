"""What is asked: classes by whose they are, methods that a model allows."""

import numpy as np
import pytest

from fmnist_core.attribution.captions import caption, contrast_text  # fmt: skip
from fmnist_core.attribution.methods import METHODS
from fmnist_core.errors import ModelError
from fmnist_core.explain_page.request import (
    ANSWER,
    NOTHING,
    SECOND,
    TRUTH,
    ExplainRequest,
    class_of,
)
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.preprocessing.preprocessed import Preprocessed
from fmnist_core.runs.run import Run
from fmnist_core.runs.summary import RunSummary
from fmnist_core.serving.prediction import Prediction
from fmnist_core.training.recipe import Recipe

SHARES = np.array([0.1, 0, 0.5, 0, 0, 0, 0.4, 0, 0, 0])


@pytest.mark.parametrize(
    ("whose", "expected"),
    [(ANSWER, 2), (SECOND, 6), (TRUTH, 4), ("Bag", 8), (NOTHING, None)],
)
def test_class_by_whose_it_is(whose, expected):
    assert class_of(whose, SHARES, 4) == expected


def test_unknown_truth_is_said():
    with pytest.raises(ModelError, match="true class of this picture is not known"):
        class_of(TRUTH, SHARES, None)


def ask(tmp_path, model, *keys, said=None):
    row = RunSummary(
        run=Run(tmp_path / "a"), state="finished", name="A", recipe=Recipe(model=model)
    )
    prepared = Preprocessed(image=np.zeros((28, 28), np.uint8), steps=(), inverted=False)
    question = ExplainRequest(
        models={"A": row}, given=InputImage(name="x", preprocessed=prepared),
        said={"A": said or Prediction(probabilities=SHARES)},
        methods=[METHODS[key] for key in keys],
    )  # fmt: skip
    return question, row


def test_model_without_maps_gets_what_needs_none(tmp_path):
    question, row = ask(tmp_path, "mlp", "gradcam", "hirescam")
    assert [each.key for each in question.methods_of(row)] == ["input-gradient", "occlusion"]
    assert question.is_replaced(row)
    question, row = ask(tmp_path, "mlp", "gradcam", "occlusion")
    assert [each.key for each in question.methods_of(row)] == ["occlusion"]
    assert not question.is_replaced(row)


def test_model_that_has_not_answered_says_why(tmp_path):
    question, _ = ask(tmp_path, "cnn", "gradcam", said=Prediction(error="It is broken."))
    with pytest.raises(ModelError, match="It is broken"):
        question.classes("A")


def test_why_says_how_much_the_model_gives_the_class():
    cam, eigen = METHODS["gradcam"], METHODS["eigencam"]
    assert caption(cam, 2, None, SHARES) == "Why Pullover (50%)"
    assert caption(cam, 6, 2, SHARES) == "Why Shirt and not Pullover (40% against 50%)"
    assert caption(cam, 0, None, SHARES) == "What speaks for T-shirt/top, which it gives 10%"
    assert "whatever the class" in caption(eigen, 2, None, SHARES)


def test_words_of_a_contrast():
    assert contrast_text(6, None) == "Shirt"
    assert contrast_text(6, 0) == "Shirt and not T-shirt/top"
