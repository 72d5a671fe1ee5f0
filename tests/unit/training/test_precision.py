"""The faster precision is measured on the model itself, and cached."""

import pytest
import torch

from fmnist_core.training import precision
from fmnist_core.training.recipe import Recipe

CPU = torch.device("cpu")
RECIPE = Recipe.parse({"model": "mlp"})


@pytest.mark.parametrize(
    ("bfloat16_seconds", "faster"), [(0.5, "bfloat16"), (1.0, "float32"), (40.0, "float32")]
)
def test_faster_precision_is_chosen(monkeypatch, bfloat16_seconds, faster):
    seconds = {"float32": 1.0, "bfloat16": bfloat16_seconds}
    monkeypatch.setattr(precision, "MEASURE_SECONDS", 0.0)
    monkeypatch.setattr(precision, "_seconds", lambda _model, _inputs, dtype: seconds[dtype])
    assert precision.measure_faster_precision(RECIPE, CPU) == faster


def test_precision_is_measured_once_per_model_and_input_size(tmp_path, monkeypatch):
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(precision, "measure_faster_precision", lambda *_: "bfloat16")
    assert precision.select_precision(RECIPE, CPU) == "bfloat16"
    monkeypatch.setattr(precision, "measure_faster_precision", lambda *_: "float32")
    assert precision.select_precision(RECIPE.changed(epochs=9), CPU) == "bfloat16"
    assert precision.select_precision(RECIPE.changed(input_size=56), CPU) == "float32"
    assert precision.select_precision(RECIPE.changed(model="cnn"), CPU) == "float32"


def test_frozen_backbone_is_measured_as_it_runs_without_gradients(tmp_path, monkeypatch):
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(precision, "MEASURE_SECONDS", 0.0)
    trainable = []

    def seconds(model, _inputs, dtype):
        trainable.append(
            {n.partition(".")[0] for n, w in model.named_parameters() if w.requires_grad}
        )
        return {"float32": 1.0, "bfloat16": 0.5 if trainable[-1] == {"head"} else 2.0}[dtype]

    monkeypatch.setattr(precision, "_seconds", seconds)
    frozen = RECIPE.changed(trainable="head")
    assert precision.select_precision(frozen, CPU) == "bfloat16"
    assert precision.select_precision(RECIPE, CPU) == "float32"
    later = frozen.changed(trainable="everything", earlier_phases="head 1 0.001 cosine")
    assert precision.select_precision(later, CPU) == "float32"
    assert trainable[0] == {"head"}
    assert trainable[-1] == {"backbone", "head"}


def test_precision_set_in_the_recipe_is_not_measured(monkeypatch):
    monkeypatch.setattr(precision, "measure_faster_precision", lambda *_: pytest.fail("measured"))
    assert precision.select_precision(RECIPE.changed(precision="float32"), CPU) == "float32"
