"""The first picture teaches something: the model is right, sure, and looks at the garment."""

import pytest

from fmnist_core.attribution import explainer, faithfulness, location
from fmnist_core.attribution.methods import METHODS
from fmnist_core.attribution.target import Target
from fmnist_core.attribution.verdict import judge
from fmnist_core.data import datasets
from fmnist_core.explain_page import first_image
from fmnist_core.runs import zoo
from fmnist_core.serving.model_cache import load_predictor
from fmnist_core.synthetic.garments import draw_garment

MIN_CONFIDENCE, MIN_ON_GARMENT = 0.89, 0.95


def check(image, label):
    predictor, method = load_predictor(zoo.get_checkpoint(zoo.PREDICTING[0])), METHODS["gradcam"]
    probabilities = predictor.predict(image[None]).probabilities[0]
    assert probabilities.argmax() == label
    assert probabilities.max() > MIN_CONFIDENCE
    target = Target(label=label)
    heatmap = explainer.explain(predictor, image, method=method, target=target)
    found = location.locate(faithfulness.pixel_relevance(heatmap), image)
    assert found.garment_share is not None
    assert found.garment_share > MIN_ON_GARMENT
    assert found.garment != (None, None)
    measured = faithfulness.measure_faithfulness(
        predictor.model, predictor.input_spec, image, heatmap, method=method, target=target
    )
    assert judge(measured).level == "faithful"


@pytest.mark.real_data
def test_test_image_is_explained_well():
    images, labels = datasets.load_test_set("fashion-mnist")
    check(images[first_image.TEST_INDEX], labels[first_image.TEST_INDEX])


def test_synthetic_garment_is_explained_well():
    label = first_image.SYNTHETIC_LABEL
    check(draw_garment(label, first_image.SYNTHETIC_SEED), label)
