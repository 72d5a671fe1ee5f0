"""Which precision is quicker is measured on the model itself, and remembered."""

import pytest
import torch

from fmnist_core.training import precision
from fmnist_core.training.recipe import Recipe

CPU = torch.device("cpu")
RECIPE = Recipe.parse({"model": "mlp"})


@pytest.mark.parametrize(
    ("seconds", "chosen"), [(0.5, "bfloat16"), (1.0, "float32"), (40.0, "float32")]
)
def test_precision_is_what_was_measured_quicker(monkeypatch, seconds, chosen):
    taken = {"float32": 1.0, "bfloat16": seconds}
    monkeypatch.setattr(precision, "MEASURE_SECONDS", 0.0)
    monkeypatch.setattr(precision, "_seconds", lambda _model, _inputs, dtype: taken[dtype])
    assert precision.measure_faster_precision(RECIPE, CPU) == chosen


def test_precision_is_measured_once_for_a_model_and_size(tmp_path, monkeypatch):
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(precision, "measure_faster_precision", lambda *_: "bfloat16")
    assert precision.select_precision(RECIPE, CPU) == "bfloat16"
    monkeypatch.setattr(precision, "measure_faster_precision", lambda *_: "float32")
    assert precision.select_precision(RECIPE.changed(epochs=9), CPU) == "bfloat16"
    assert precision.select_precision(RECIPE.changed(input_size=56), CPU) == "float32"
    assert precision.select_precision(RECIPE.changed(model="cnn"), CPU) == "float32"


def test_asked_precision_is_not_measured(monkeypatch):
    monkeypatch.setattr(precision, "measure_faster_precision", lambda *_: pytest.fail("measured"))
    assert precision.select_precision(RECIPE.changed(precision="float32"), CPU) == "float32"
