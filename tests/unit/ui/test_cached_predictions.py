"""Predictions are cached for the current image."""

import numpy as np
import pytest
import streamlit as st

from fmnist_core.errors import RunError
from fmnist_core.runs.summary import summarize
from fmnist_core.serving.model_cache import MODEL_CACHE
from fmnist_core.serving.predictor import PredictionBatch
from fmnist_core.ui import cached_predictions

BLACK, WHITE = np.zeros((28, 28), np.uint8), np.full((28, 28), 255, np.uint8)


class CountingModels:
    """Stands in for the cache of loaded models and counts the predictions of each run."""

    def __init__(self):
        self.predicted = []
        self.run = None

    def get(self, run):
        if run.id == "broken":
            raise RunError("Run broken has no weights here.")
        self.run = run
        return self

    def predict(self, images):
        self.predicted.append(self.run.id)
        return PredictionBatch(
            probabilities=np.eye(10, dtype=np.float32)[[3] * len(images)],
            ood_scores=None,
            ood_threshold=None,
            seconds=0.002,
        )


@pytest.fixture
def models(monkeypatch):
    counting = CountingModels()
    monkeypatch.setattr(MODEL_CACHE, "get", counting.get)
    monkeypatch.setattr(st, "session_state", {})
    return counting


@pytest.fixture
def runs(make_run):
    return {
        name: summarize(make_run(run_id=run_id, finished=True))
        for name, run_id in (("A", "a"), ("B", "b"), ("C", "broken"))
    }


@pytest.mark.usefixtures("models")
def test_predictions_come_in_the_models_order_with_names_and_colors(runs):
    first, second, failed = cached_predictions.predict(runs, BLACK)
    assert [first.name, second.name, failed.name] == ["A", "B", "C"]
    assert first.color != second.color
    assert first.predicted == 3
    assert first.milliseconds == pytest.approx(2)
    assert failed.error == "Run broken has no weights here."


def test_same_image_is_predicted_once_and_another_anew(models, runs):
    cached_predictions.predict({"A": runs["A"]}, BLACK)
    cached_predictions.predict({"A": runs["A"], "B": runs["B"]}, BLACK)
    assert models.predicted == ["a", "b"]
    cached_predictions.predict({"A": runs["A"]}, WHITE)
    assert models.predicted == ["a", "b", "a"]


def test_without_cache_the_image_before_stays_cached(models, runs):
    cached_predictions.predict({"A": runs["A"]}, BLACK)
    cached_predictions.predict({"A": runs["A"]}, WHITE, cache=False)
    cached_predictions.predict({"A": runs["A"]}, BLACK)
    assert models.predicted == ["a", "a"]
