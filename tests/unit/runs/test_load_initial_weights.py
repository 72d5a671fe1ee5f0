"""Initial weights: in the model, in the report, and in error messages."""

import pytest
import timm
import torch
from safetensors.torch import save_file

from fmnist_core import atomic
from fmnist_core.errors import LabError, ModelError, RunError
from fmnist_core.jobs import worker
from fmnist_core.models import pretrained_files
from fmnist_core.models.registry import MODELS
from fmnist_core.runs import initial_weights, load_initial_weights, store, weights
from fmnist_core.runs.run import RunState
from fmnist_core.training.recipe import Recipe
from tests.factories import shrink_synthetic

RECIPE = Recipe.parse(
    {
        "model": "cnn-lite",
        "data": "drawn",
        "epochs": 1,
        "batch_size": 64,
        "precision": "float32",
        "device": "cpu",
    }
)
MOBILE = RECIPE.changed(model="mobilenetv3-small", weights="imagenet", trainable="head")


@pytest.fixture(autouse=True)
def _few_garments(monkeypatch):
    shrink_synthetic(monkeypatch, 200, 40, seed=3)
    monkeypatch.setattr(pretrained_files, "_query_hub", lambda _: False)
    monkeypatch.setattr(pretrained_files, "_is_downloaded", lambda _: False)


@pytest.fixture
def train(tmp_path):
    """Train a run with this recipe, to its end or its error."""

    def train(recipe):
        run = store.create_run(recipe, name="run", folder=tmp_path)
        worker.train_run(run)
        return run

    return train


@pytest.fixture
def imagenet_folder(tmp_path, monkeypatch):
    folder = tmp_path / "weights"
    folder.mkdir()
    monkeypatch.setenv("FMNIST_WEIGHTS_DIR", str(folder))
    name = MODELS["mobilenetv3-small"].pretrained.name
    tensors = timm.create_model(name, pretrained=False).state_dict()
    save_file({k: v.contiguous() for k, v in tensors.items()}, folder / f"{name}.safetensors")
    return tensors


def test_scratch_loads_no_weights(train):
    assert train(RECIPE).report().started_from == "scratch"
    assert load_initial_weights.load(RECIPE, None) is None


def test_frozen_backbone_keeps_the_weights_of_the_file(train, imagenet_folder):
    run = train(MOBILE)
    report = run.report()
    assert report.started_from == "ImageNet (mobilenetv3_small_100.lamb_in1k)"
    assert report.cached_features
    trained = weights.read_weights(run)
    original = imagenet_folder["blocks.1.0.conv_pw.weight"]
    assert torch.equal(trained["backbone.blocks.1.0.conv_pw.weight"], original)


def test_run_without_its_initial_weights_fails_with_a_sentence(train, monkeypatch):
    monkeypatch.delenv("FMNIST_WEIGHTS_DIR", raising=False)
    run = train(MOBILE)
    assert run.state() is RunState.FAILED
    assert run.reason().startswith(
        "The ImageNet weights of MobileNetV3-Small are not available here"
    )
    assert not run.report_file.exists()


@pytest.mark.parametrize("keep_head", [True, False])
def test_weights_of_another_run_with_or_without_its_head(train, tmp_path, keep_head):
    source = train(RECIPE)
    recipe = RECIPE.changed(weights=f"run:{source.id}", keep_head=keep_head)
    initial = load_initial_weights.load(recipe, tmp_path)
    source_weights = weights.read_weights(source)
    assert ("head.1.weight" in initial.weights) is keep_head
    assert all(
        torch.equal(tensor, source_weights[name]) for name, tensor in initial.weights.items()
    )
    assert initial.started_from == f"run {source.id} (CNN-lite on Synthetic garments)"


def test_head_of_other_layers_is_not_loaded(train, tmp_path):
    source = train(RECIPE)
    recipe = RECIPE.changed(weights=f"run:{source.id}", **{"head.widths": "32"})
    initial = load_initial_weights.load(recipe, tmp_path)
    assert not any(name.startswith("head.") for name in initial.weights)
    assert train(recipe).report().started_from.startswith(f"run {source.id} (")


@pytest.mark.usefixtures("imagenet_folder")
def test_report_names_the_weights_of_the_first_run_too(train):
    first = train(MOBILE)
    second = train(MOBILE.changed(weights=f"run:{first.id}"))
    assert second.report().started_from == (
        f"run {first.id} (MobileNetV3-Small on Synthetic garments, itself from ImageNet "
        "(mobilenetv3_small_100.lamb_in1k))"
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model": "cnn"}, "is CNN-lite; CNN can only start from a run of the same model"),
        ({"channels": 3}, "do not fit: .* Choose its input size \\(28\\) and channels \\(1\\)"),
    ],
)
def test_run_that_does_not_fit_is_refused(train, tmp_path, changes, message):
    source = train(RECIPE)
    recipe = RECIPE.changed(weights=f"run:{source.id}", **changes)
    with pytest.raises(RunError, match=message):
        load_initial_weights.load(recipe, tmp_path)


def test_run_that_is_missing_or_not_finished(tmp_path):
    waiting = store.create_run(RECIPE, name="waiting", folder=tmp_path)
    for run_id, text in ((waiting.id, "is queued: only a finished"), ("gone", "No run 'gone'")):
        recipe = RECIPE.changed(weights=f"run:{run_id}")
        assert text in initial_weights.availability_problem(recipe, tmp_path)
        with pytest.raises(RunError, match=text):
            initial_weights.require_available(recipe, tmp_path)


def test_damaged_weights_are_an_error(train, tmp_path):
    source = train(RECIPE)
    source.weights_file.write_bytes(source.weights_file.read_bytes()[:99])
    with pytest.raises(RunError, match="cannot be read"):
        load_initial_weights.load(RECIPE.changed(weights=f"run:{source.id}"), tmp_path)


def test_damaged_report_is_an_error(train, tmp_path):
    source = train(RECIPE)
    atomic.write_bytes(source.report_file, b"{")
    with pytest.raises(LabError, match="damaged"):
        load_initial_weights.load(RECIPE.changed(weights=f"run:{source.id}"), tmp_path)


def test_problem_before_launch_is_that_of_the_run(monkeypatch, tmp_path):
    monkeypatch.delenv("FMNIST_WEIGHTS_DIR", raising=False)
    with pytest.raises(ModelError) as caught:
        initial_weights.require_available(MOBILE, tmp_path)
    assert str(caught.value) == initial_weights.availability_problem(MOBILE, tmp_path)
    assert initial_weights.availability_problem(RECIPE, tmp_path) is None


def test_run_learns_from_another_run_of_any_model(train, tmp_path):
    source = train(RECIPE)
    recipe = RECIPE.changed(model="mlp", **{"distillation.teacher": f"run:{source.id}"})
    teacher = load_initial_weights.load_teacher(recipe, tmp_path)
    original = weights.read_weights(source)
    for name, tensor in teacher.model.state_dict().items():
        assert torch.equal(tensor, original[name]), name
    assert train(recipe).report().started_from == "scratch"


def test_missing_and_unfinished_teachers_are_named(tmp_path):
    unfinished = store.create_run(RECIPE, name="run", folder=tmp_path)
    for run_id, text in (("nobody", "nobody"), (unfinished.id, "only a finished run can be a")):
        recipe = RECIPE.changed(**{"distillation.teacher": f"run:{run_id}"})
        problem = initial_weights.teacher_problem(recipe, tmp_path)
        assert text in problem
        assert problem.endswith("Choose another teacher, or none.")
        with pytest.raises(RunError, match=text):
            initial_weights.require_available(recipe, tmp_path)
