"""Requests: targets resolved by the model's prediction, methods by what the model supports."""

import numpy as np
import pytest

from fmnist_core.attribution.methods import METHODS
from fmnist_core.attribution.target import Target
from fmnist_core.errors import ModelError
from fmnist_core.explain_page.request import TargetChoice, TargetSelection, resolve_models
from fmnist_core.runs.run import Run
from fmnist_core.runs.summary import RunSummary
from fmnist_core.serving.prediction import Prediction
from fmnist_core.training.recipe import Recipe

PROBABILITIES = np.array([0.1, 0, 0.5, 0, 0, 0, 0.4, 0, 0, 0])


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (TargetChoice.PREDICTED, 2),
        (TargetChoice.RUNNER_UP, 6),
        (TargetChoice.LABEL, 4),
        (8, 8),
        (0, 0),
    ],
)
def test_class_is_resolved_by_the_prediction(choice, expected):
    assert TargetSelection(label=choice).resolve(PROBABILITIES, 4) == Target(label=expected)
    against = TargetSelection(label=9, against=choice).resolve(PROBABILITIES, 4)
    assert against == Target(label=9, against=expected)


def test_unknown_label_is_refused():
    with pytest.raises(ModelError, match="true class of this image is unknown"):
        TargetSelection(label=TargetChoice.LABEL).resolve(PROBABILITIES, None)


def resolve(tmp_path, model, *methods, prediction=None, selection=None, label=None):
    run = RunSummary(
        run=Run(tmp_path / "a"), state="finished", name="A", recipe=Recipe(model=model)
    )
    (resolved,) = resolve_models(
        {"A": run},
        {"A": prediction or Prediction(probabilities=PROBABILITIES)},
        methods=[METHODS[key] for key in methods],
        selection=selection or TargetSelection(),
        label=label,
        layers={},
    )
    return resolved


def test_model_without_feature_maps_gets_methods_that_need_none(tmp_path):
    model = resolve(tmp_path, "mlp", "gradcam", "hirescam")
    assert [method.key for method in model.methods] == ["input-gradient", "occlusion"]
    assert model.uses_fallback
    model = resolve(tmp_path, "mlp", "gradcam", "occlusion")
    assert [method.key for method in model.methods] == ["occlusion"]
    assert not model.uses_fallback


def test_model_without_a_prediction_has_its_error(tmp_path):
    model = resolve(tmp_path, "cnn", "gradcam", prediction=Prediction(error="It is broken."))
    assert (model.target, model.problem) == (None, "It is broken.")


def test_impossible_target_is_a_problem_of_the_model(tmp_path):
    selection = TargetSelection(label=TargetChoice.LABEL, against=TargetChoice.PREDICTED)
    model = resolve(tmp_path, "cnn", "gradcam", selection=selection, label=2)
    assert model.target is None
    assert "cannot be compared with itself" in model.problem
