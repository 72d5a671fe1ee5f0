"""What is exported probabilities as the run does, from raw pixels."""

import io
import json
import shutil
import zipfile

import numpy as np
import onnxruntime
import pytest
import torch

from fmnist_core import atomic
from fmnist_core.data import datasets
from fmnist_core.data.input_spec import InputSpec
from fmnist_core.errors import RunError
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.models.registry import MODELS
from fmnist_core.runs import onnx_export, store, weights, zoo
from fmnist_core.runs.onnx_export import PixelClassifier
from fmnist_core.runs.run import Run
from fmnist_core.synthetic.garments import generate_garments
from fmnist_core.training.recipe import Recipe
from tests import factories

IMAGES, LABELS = generate_garments(30, seed=8)


def pixel_classifier(model, input_spec):
    torch.manual_seed(4)
    network = MODELS[model].build(input_size=input_spec.size, channels=input_spec.channels)
    return PixelClassifier(network.eval(), input_spec).eval()


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A finished run on synthetic garments, with weights of no training."""
    factories.shrink_synthetic(monkeypatch, 40, 20, seed=8)
    recipe = Recipe.parse({"model": "cnn-lite", "data": "drawn", "input_size": 32, "channels": 3})
    made = store.create_run(recipe, name="Ada's", folder=tmp_path)
    model = recipe.spec.build(input_size=32, channels=3)
    weights.write_tensors(made.weights_file, model.state_dict())
    factories.finish(made)
    return made


@pytest.mark.parametrize("model", MODELS)
def test_onnx_and_pytorch_agree_for_every_model(model):
    network = pixel_classifier(model, InputSpec(size=MODELS[model].input_size))
    check = onnx_export.check_export(network, onnx_export.export_graph(network), IMAGES)
    assert check.num_images == 30
    assert check.largest_difference < 1e-4


@pytest.mark.parametrize("number", [1, 5])
@pytest.mark.parametrize(
    ("model", "input_spec"),
    [
        ("resnet50v2", InputSpec(size=85, channels=3, mean=0.5, std=0.5)),
        ("vit-tiny", InputSpec(size=64)),
    ],
)
def test_any_batch_size_at_another_input_size(model, input_spec, number):
    network = pixel_classifier(model, input_spec)
    session = onnxruntime.InferenceSession(
        onnx_export.export_graph(network), providers=["CPUExecutionProvider"]
    )
    (probabilities,) = session.run(None, {"images": IMAGES[:number]})
    with torch.no_grad():
        ours = network(torch.from_numpy(IMAGES[:number])).numpy()
    assert probabilities.shape == (number, 10)
    assert np.abs(probabilities - ours).max() < 1e-4


def test_zip_holds_the_model_its_classes_and_its_notes(run, tmp_path):
    result = onnx_export.export_run(run, tmp_path / "new" / "it.zip")
    with zipfile.ZipFile(result.path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert set(files) == {"model.onnx", "classes.json", "preprocessing.md", "MODEL_CARD.md"}
    assert json.loads(files["classes.json"]) == list(CLASSES)
    assert "Enlarge to 32×32" in files["preprocessing.md"].decode()
    card = files["MODEL_CARD.md"].decode()
    assert "synthetic garments, not on photos" in card
    assert "Initial weights: scratch" in card
    assert f"at most {result.check.largest_difference:.2g}" in card
    assert result.num_bytes == result.path.stat().st_size


def test_unfinished_run_is_refused(run, tmp_path):
    run.report_file.unlink()
    with pytest.raises(RunError, match="only a finished run can be exported"):
        onnx_export.export_run(run, tmp_path / "it.zip")


def test_damaged_weights_are_an_error_and_nothing_is_written(run, tmp_path):
    atomic.write_bytes(run.weights_file, b"nothing")
    with pytest.raises(RunError, match="cannot be read"):
        onnx_export.export_run(run, tmp_path / "it.zip")
    assert not (tmp_path / "it.zip").exists()


def test_graph_of_another_model_is_refused():
    ours, another = (pixel_classifier(model, InputSpec()) for model in ("mlp", "cnn"))
    for name, parameter in another.named_parameters():
        if name.endswith("head.1.bias"):
            parameter.data[3] += 50
    with pytest.raises(RunError, match="and PyTorch disagree"):
        onnx_export.check_export(ours, onnx_export.export_graph(another), IMAGES)


@pytest.mark.real_data
def test_exported_example_model_reaches_its_accuracy(tmp_path):
    source = zoo.get_checkpoint("cnn-lite")
    copy = Run(shutil.copytree(source.path, tmp_path / "cnn-lite"))
    result = onnx_export.export_run(copy, tmp_path / "it.zip")
    graph = zipfile.ZipFile(io.BytesIO(result.path.read_bytes())).read("model.onnx")
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    data = datasets.load("fashion-mnist")
    (probabilities,) = session.run(None, {"images": data.test_images[:2000]})
    accuracy = (probabilities.argmax(axis=1) == data.test_labels[:2000]).mean()
    assert accuracy == pytest.approx(source.report().test_accuracy, abs=0.015)
    assert result.check.num_images == 1000
