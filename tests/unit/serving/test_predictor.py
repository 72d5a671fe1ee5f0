"""A loaded model's predictions and out-of-distribution scores."""

import numpy as np
import torch

from fmnist_core.models.inference import predict_probabilities
from fmnist_core.runs import ood_detector, weights
from fmnist_core.serving.model_cache import load_predictor
from tests import factories


def test_predictions_are_the_models(make_run_with_weights, images):
    run = make_run_with_weights()
    batch = load_predictor(run).predict(images)
    model, input_spec = weights.load_model(run)
    expected = predict_probabilities(model, torch.from_numpy(images), input_spec=input_spec).numpy()
    np.testing.assert_allclose(batch.probabilities, expected, atol=1e-6)
    assert batch.seconds > 0


def test_without_a_detector_no_image_is_out_of_distribution(make_run_with_weights, images):
    batch = load_predictor(make_run_with_weights()).predict(images)
    assert (batch.ood_scores, batch.ood_threshold) == (None, None)
    assert not batch.is_ood.any()


def test_detector_scores_inverted_images_higher(make_run_with_weights, images):
    run = make_run_with_weights()
    ood_detector.fit_and_save(run, factories.synthetic_dataset(300, 100, 1, seed=1))
    batch = load_predictor(run).predict(np.concatenate([images, 255 - images]))
    assert (batch.ood_scores[:12] < batch.ood_scores[12:]).mean() > 0.9
    assert batch.is_ood[12:].mean() > batch.is_ood[:12].mean()
