"""The zoo: checkpoints match their reports, and only valid runs enter."""

import shutil

import pytest
import torch

from fmnist_core import paths
from fmnist_core.errors import RunError
from fmnist_core.models.registry import MODELS
from fmnist_core.runs import epoch_checkpoints, weights, zoo, zoo_build
from fmnist_core.runs.run import Run
from fmnist_core.training.presets import PRESETS, matching_preset

SMALL = ("mlp", "cnn", "cnn-lite", "mobilenetv3-small", zoo.EPOCHS_RUN)


@pytest.fixture
def own_zoo(tmp_path, monkeypatch):
    """A zoo with a copy of the smallest checkpoint."""
    monkeypatch.setattr(paths, "checkpoints_folder", lambda: tmp_path)
    shutil.copytree(paths.PROJECT / "checkpoints" / "cnn-lite", tmp_path / "cnn-lite")
    return Run(tmp_path / "cnn-lite")


def test_every_model_has_its_recipe():
    assert {zoo.get_recipe(key).model for key in zoo.ZOO} == set(MODELS)
    assert set(zoo.PREDICTING) <= set(zoo.ZOO)
    assert set(zoo.NAMES) <= set(zoo.ZOO) - set(MODELS)
    assert set(zoo.ZOO.values()) <= set(PRESETS)


@pytest.mark.parametrize("key", zoo.ZOO)
def test_checkpoint_was_trained_by_its_recipe_on_real_data(key):
    run = zoo.get_checkpoint(key)
    recipe = zoo.get_recipe(key)
    report = run.report()
    preset = matching_preset(run.recipe())
    assert preset is not None
    assert preset.key == zoo.ZOO[key]
    assert (report.model, report.data, report.num_test) == (recipe.model, "fashion-mnist", 10_000)
    pretrained = recipe.spec.pretrained
    expected = "scratch" if recipe.weights == "scratch" else f"ImageNet ({pretrained.name})"
    assert report.started_from == expected
    assert run.metadata().name == zoo.NAMES.get(key, recipe.spec.title)


def test_run_with_its_epochs_followed_its_recipe_and_has_them_all():
    run = zoo.get_checkpoint(zoo.EPOCHS_RUN)
    assert run.recipe() == zoo.get_recipe(zoo.EPOCHS_RUN)
    assert run.saved_epochs() == list(range(1, run.report().epochs_done + 1))
    assert run.metadata().name == zoo.EPOCHS_NAME
    for epoch in run.saved_epochs():
        epoch_checkpoints.load(run, epoch)
    assert sum(file.stat().st_size for file in run.path.rglob("*")) < 4 * 10**6


def test_no_run_without_its_epochs_replaces_it(own_zoo):
    with pytest.raises(RunError, match="did not save the weights of all its epochs"):
        zoo_build.build_checkpoint(own_zoo, zoo.EPOCHS_RUN)


def test_weights_are_within_their_sizes():
    sizes = [zoo.get_checkpoint(model).weights_file.stat().st_size for model in zoo.ZOO]
    assert max(sizes) <= zoo.MAX_BYTES
    assert sum(sizes) <= zoo.MAX_TOTAL_BYTES


@pytest.mark.real_data
@pytest.mark.parametrize("model", SMALL)
def test_small_checkpoint_matches_its_report(model):
    evaluation = zoo_build.verify_checkpoint(model)
    assert evaluation.test_accuracy == pytest.approx(
        evaluation.reported_accuracy, abs=zoo.MAX_ACCURACY_DIFFERENCE / 100
    )


@pytest.mark.real_data
def test_changed_weights_contradict_the_report(own_zoo):
    tensors, _ = weights.read_tensors(own_zoo.weights_file)
    last = "head.1.bias"
    weights.write_tensors(
        own_zoo.weights_file, tensors | {last: tensors[last] + 3 * torch.rand(10)}
    )
    with pytest.raises(RunError, match=r"^Checkpoint cnn-lite has .* zoo build cnn-lite\.$"):
        zoo_build.verify_checkpoint("cnn-lite")


@pytest.mark.real_data
def test_built_checkpoint_replaces_the_earlier_one(own_zoo, tmp_path):
    source = shutil.copytree(own_zoo.path, tmp_path / "runs" / "another")
    checkpoint = zoo_build.build_checkpoint(Run(source), "cnn-lite")
    assert checkpoint.path == own_zoo.path
    tensors, _ = weights.read_tensors(checkpoint.weights_file)
    assert {tensor.dtype for tensor in tensors.values() if tensor.ndim > 1} == {torch.float16}


def test_run_of_another_model_is_refused(own_zoo):
    with pytest.raises(RunError, match="is cnn-lite on fashion-mnist; the zoo needs mlp"):
        zoo_build.build_checkpoint(own_zoo, "mlp")


def test_run_that_is_too_large_is_refused(own_zoo, tmp_path, monkeypatch):
    monkeypatch.setattr(zoo, "MAX_BYTES", 1000)
    source = Run(shutil.copytree(own_zoo.path, tmp_path / "runs" / "another"))
    with pytest.raises(RunError, match="0 and 200 are allowed"):
        zoo_build.build_checkpoint(source, "cnn-lite")
    assert own_zoo.report_file.exists()


def test_statistics_stay_in_float32():
    tensors = {
        "filter": torch.ones(2, 2),
        "variance": torch.full((3,), 1e6),
        "count": torch.tensor(3),
    }
    converted = weights.to_float16(tensors)
    assert [tensor.dtype for tensor in converted.values()] == [
        torch.float16,
        torch.float32,
        torch.int64,
    ]


def test_unknown_checkpoint_is_refused_with_the_known_ones():
    with pytest.raises(RunError, match=r"^No checkpoint 'lenet'\. Known: mlp, cnn"):
        zoo.get_checkpoint("lenet")
