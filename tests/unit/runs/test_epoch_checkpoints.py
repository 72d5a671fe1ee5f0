"""Weights after each epoch: which are kept, that they are the run's own, what is said without."""

from itertools import pairwise

import pytest
import torch

from fmnist_core.data import datasets
from fmnist_core.errors import RunError
from fmnist_core.jobs import control, worker
from fmnist_core.models.inference import predict
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
def few_garments(monkeypatch):
    shrink_synthetic(monkeypatch, 300, 60, seed=3)


@pytest.fixture
def run(tmp_path):
    return store.create_run(RECIPE, name="keeps", folder=tmp_path)


@pytest.fixture
def trained(run):
    worker.train_run(run)
    return run


def snapshot(epoch, *, step_in_epoch=0):
    tensors = {f"model.{name}": tensor for name, tensor in MODEL.state_dict().items()}
    values = {"epoch": epoch, "step_in_epoch": step_in_epoch}
    return Snapshot(step=epoch, tensors=tensors | {"running": torch.zeros(2)}, values=values)


def answers(loaded):
    model, input_spec = loaded
    images = torch.from_numpy(datasets.load("drawn").test_images.copy())
    return predict(model, images, input_spec=input_spec)


def test_best_epoch_answers_as_the_finished_run_does(trained):
    assert trained.state() is RunState.FINISHED
    assert trained.saved_epochs() == [1, 2, 3]
    best = trained.report().best_epoch
    found, final = (
        answers(epoch_checkpoints.load(trained, best)),
        answers(weights.load_model(trained)),
    )
    torch.testing.assert_close(found, final, atol=2e-3, rtol=0)


def test_each_epoch_has_its_own_weights(trained):
    first, last = (answers(epoch_checkpoints.load(trained, epoch)) for epoch in (1, 3))
    assert (first - last).abs().max() > 0.01


def test_kept_are_matrices_in_16_bits_and_nothing_but_the_model(run):
    epoch_checkpoints.save(run, snapshot(1))
    kept, _ = weights.read_tensors(run.epoch_file(1))
    assert kept.keys() == MODEL.state_dict().keys()
    assert {tensor.dtype for tensor in kept.values() if tensor.ndim > 1} == {torch.float16}


@pytest.mark.parametrize("early", [snapshot(0), snapshot(1, step_in_epoch=2)])
def test_what_is_no_finished_epoch_is_not_kept(run, early):
    epoch_checkpoints.save(run, early)
    assert run.saved_epochs() == []
    assert not run.epochs_folder.exists()


def test_never_keeps_none(tmp_path):
    run = store.create_run(RECIPE.changed(keep_epochs="never"), name="none", folder=tmp_path)
    worker.train_run(run)
    assert run.state() is RunState.FINISHED
    assert not run.epochs_folder.exists()


@pytest.mark.parametrize(
    ("keep_epochs", "parameters", "wanted"),
    [
        ("auto", AUTO_MAX_PARAMETERS - 1, True),
        ("auto", AUTO_MAX_PARAMETERS, False),
        ("always", AUTO_MAX_PARAMETERS, True),
        ("never", 1, False),
    ],
)
def test_recipe_says_what_is_wanted(keep_epochs, parameters, wanted):
    recipe = RECIPE.changed(keep_epochs=keep_epochs)
    assert epoch_checkpoints.should_save(recipe, parameters) is wanted


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


def test_folder_that_cannot_be_written_ends_the_run_with_a_way_on(run):
    run.epochs_folder.write_text("in the way")
    worker.train_run(run)
    assert run.state() is RunState.FAILED
    assert "Free some space, then resume it." in run.reason()


@pytest.mark.parametrize("total", [1, 2, 49, 50, 51, 99, 100, 101, 200, 1200])
def test_few_epochs_are_kept_evenly_with_the_first_and_the_last(total):
    kept = epoch_checkpoints.epochs_to_save(total)
    gaps = [later - earlier for earlier, later in pairwise(kept)]
    assert (kept[0], kept[-1]) == (1, total)
    assert len(kept) <= MAX_EPOCHS
    assert len(set(gaps[:-1])) <= 1
    assert total > MAX_EPOCHS or len(kept) == total


def test_long_recipe_keeps_some_of_its_epochs(tmp_path):
    run = store.create_run(RECIPE.changed(epochs=200), name="long", folder=tmp_path)
    for epoch in (1, 2, 6, 200):
        epoch_checkpoints.save(run, snapshot(epoch))
    assert run.saved_epochs() == [1, 6, 200]


def test_rubbish_beside_kept_epochs_is_not_listed(run):
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


def test_run_without_kept_epochs_says_how_to_keep_them(run):
    with pytest.raises(RunError, match=r"no epoch: train one with keep_epochs=always\.$"):
        epoch_checkpoints.load(run, 1)


def test_epoch_that_was_not_kept_is_named_with_the_nearest(run):
    for epoch in (1, 3):
        epoch_checkpoints.save(run, snapshot(epoch))
    with pytest.raises(RunError, match=r"weights of epoch 9; the nearest kept is 3\.$"):
        epoch_checkpoints.load(run, 9)


def test_damaged_epoch_is_named(run):
    epoch_checkpoints.save(run, snapshot(1))
    run.epoch_file(1).write_bytes(b"half a file")
    with pytest.raises(RunError, match=r"epoch-0001\.safetensors cannot be read"):
        epoch_checkpoints.load(run, 1)


def test_epoch_of_another_model_is_told_from_a_damaged_one(run):
    weights.write_tensors(run.epoch_file(1), {"head.weight": torch.zeros(2, 2)})
    with pytest.raises(RunError, match=r"epoch-0001\.safetensors does not fit the model 'cnn'\.$"):
        epoch_checkpoints.load(run, 1)
