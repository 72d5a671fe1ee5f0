"""Per-epoch checkpoints: which are saved, and loading them."""

from itertools import pairwise

import pytest
import torch

from fmnist_core.data import datasets
from fmnist_core.errors import RunError
from fmnist_core.jobs import control, worker
from fmnist_core.models.inference import predict_probabilities
from fmnist_core.runs import epoch_checkpoints, store, weights
from fmnist_core.runs.epoch_checkpoints import AUTO_MAX_PARAMETERS, MAX_EPOCHS
from fmnist_core.runs.run import RunState
from fmnist_core.training.events import Snapshot
from fmnist_core.training.recipe import Recipe
from fmnist_core.training.state import build_model
from tests.factories import shrink_synthetic

RECIPE = Recipe.parse(
    {
        "model": "cnn",
        "data": "drawn",
        "epochs": 3,
        "batch_size": 64,
        "precision": "float32",
        "device": "cpu",
    }
)
MODEL = build_model(RECIPE, torch.device("cpu"))


@pytest.fixture(autouse=True)
def _few_garments(monkeypatch):
    shrink_synthetic(monkeypatch, 300, 60, seed=3)


@pytest.fixture
def run(tmp_path):
    return store.create_run(RECIPE, name="saves epochs", folder=tmp_path)


@pytest.fixture
def trained(run):
    worker.train_run(run)
    return run


def snapshot(epoch, *, step_in_epoch=0):
    tensors = {f"model.{name}": tensor for name, tensor in MODEL.state_dict().items()}
    values = {"epoch": epoch, "step_in_epoch": step_in_epoch}
    return Snapshot(step=epoch, tensors=tensors | {"running": torch.zeros(2)}, values=values)


def predict_test_set(loaded):
    model, input_spec = loaded
    images = torch.from_numpy(datasets.load("drawn").test_images.copy())
    return predict_probabilities(model, images, input_spec=input_spec)


def test_best_epoch_predicts_like_the_finished_run(trained):
    assert trained.state() is RunState.FINISHED
    assert trained.saved_epochs() == [1, 2, 3]
    best = trained.report().best_epoch
    from_epoch, final = (
        predict_test_set(epoch_checkpoints.load(trained, best)),
        predict_test_set(weights.load_model(trained)),
    )
    torch.testing.assert_close(from_epoch, final, atol=2e-3, rtol=0)


def test_each_epoch_has_its_own_weights(trained):
    first, last = (predict_test_set(epoch_checkpoints.load(trained, epoch)) for epoch in (1, 3))
    assert (first - last).abs().max() > 0.01


def test_checkpoint_holds_the_model_alone_in_float16(run):
    epoch_checkpoints.save(run, snapshot(1))
    tensors, _ = weights.read_tensors(run.epoch_file(1))
    assert tensors.keys() == MODEL.state_dict().keys()
    assert {tensor.dtype for tensor in tensors.values() if tensor.ndim > 1} == {torch.float16}


@pytest.mark.parametrize("early", [snapshot(0), snapshot(1, step_in_epoch=2)])
def test_unfinished_epoch_is_not_saved(run, early):
    epoch_checkpoints.save(run, early)
    assert run.saved_epochs() == []
    assert not run.epochs_folder.exists()


def test_never_saves_none(tmp_path):
    run = store.create_run(RECIPE.changed(keep_epochs="never"), name="none", folder=tmp_path)
    worker.train_run(run)
    assert run.state() is RunState.FINISHED
    assert not run.epochs_folder.exists()


@pytest.mark.parametrize(
    ("keep_epochs", "parameters", "expected"),
    [
        ("auto", AUTO_MAX_PARAMETERS - 1, True),
        ("auto", AUTO_MAX_PARAMETERS, False),
        ("always", AUTO_MAX_PARAMETERS, True),
        ("never", 1, False),
    ],
)
def test_recipe_and_size_decide_whether_epochs_are_saved(keep_epochs, parameters, expected):
    recipe = RECIPE.changed(keep_epochs=keep_epochs)
    assert epoch_checkpoints.should_save(recipe, parameters) is expected


class StopAfterFirstEpoch:
    """A source of commands that stops the worker once an epoch is saved."""

    def __init__(self, run):
        self.run = run

    def read(self):
        return [control.ControlCommand(control="stop")] if self.run.saved_epochs() else []


def test_resumed_run_still_has_its_earlier_epochs(run):
    worker.train_run(run, StopAfterFirstEpoch(run))
    assert (run.state(), run.saved_epochs()) == (RunState.STOPPED, [1])
    before = run.epoch_file(1).stat().st_mtime_ns
    worker.train_run(run)
    assert (run.state(), run.saved_epochs()) == (RunState.FINISHED, [1, 2, 3])
    assert run.epoch_file(1).stat().st_mtime_ns == before


def test_unwritable_folder_fails_the_run_with_advice(run):
    run.epochs_folder.write_text("in the way")
    worker.train_run(run)
    assert run.state() is RunState.FAILED
    assert "Free some space, then resume it." in run.reason()


@pytest.mark.parametrize("total", [1, 2, 49, 50, 51, 99, 100, 101, 200, 1200])
def test_saved_epochs_are_evenly_spaced_with_first_and_last(total):
    saved = epoch_checkpoints.epochs_to_save(total)
    gaps = [later - earlier for earlier, later in pairwise(saved)]
    assert (saved[0], saved[-1]) == (1, total)
    assert len(saved) <= MAX_EPOCHS
    assert len(set(gaps[:-1])) <= 1
    assert total > MAX_EPOCHS or len(saved) == total


def test_long_run_saves_some_of_its_epochs(tmp_path):
    run = store.create_run(RECIPE.changed(epochs=200), name="long", folder=tmp_path)
    for epoch in (1, 2, 6, 200):
        epoch_checkpoints.save(run, snapshot(epoch))
    assert run.saved_epochs() == [1, 6, 200]


def test_other_files_are_not_listed_as_epochs(run):
    assert run.saved_epochs() == []
    for epoch in (3, 1):
        epoch_checkpoints.save(run, snapshot(epoch))
    for name in (
        "epoch-0000.safetensors",
        "epoch-2.safetensors",
        "epoch-0002.safetensors.part",
        "epoch-two.safetensors",
        ".epoch-0002.safetensors.1.part",
        "notes.txt",
    ):
        (run.epochs_folder / name).touch()
    assert run.saved_epochs() == [1, 3]


def test_run_without_epochs_says_how_to_save_them(run):
    with pytest.raises(RunError, match=r"no epochs: train a run with keep_epochs=always"):
        epoch_checkpoints.load(run, 1)


def test_unsaved_epoch_is_an_error_that_names_the_nearest(run):
    for epoch in (1, 3):
        epoch_checkpoints.save(run, snapshot(epoch))
    with pytest.raises(RunError, match=r"weights of epoch 9; the nearest saved epoch is 3\.$"):
        epoch_checkpoints.load(run, 9)


def test_damaged_epoch_is_an_error(run):
    epoch_checkpoints.save(run, snapshot(1))
    run.epoch_file(1).write_bytes(b"half a file")
    with pytest.raises(RunError, match=r"epoch-0001\.safetensors cannot be read"):
        epoch_checkpoints.load(run, 1)


def test_epoch_of_another_model_is_an_error(run):
    weights.write_tensors(run.epoch_file(1), {"head.weight": torch.zeros(2, 2)})
    with pytest.raises(RunError, match=r"epoch-0001\.safetensors does not fit the model 'cnn'\.$"):
        epoch_checkpoints.load(run, 1)
