"""Every file of a run from elsewhere is checked against what the program would read."""

import json

import pytest
import torch

from fmnist_core.errors import RunError
from fmnist_core.runs import integrity, ood_detector, weights, zoo
from fmnist_core.training.batches import DeviceData
from fmnist_core.training.events import Snapshot
from fmnist_core.training.state import TrainingState, build_model
from tests import factories


@pytest.fixture
def run(make_finished_run):
    """A finished run with weights and a detector."""
    run = make_finished_run(*factories.training_events(), model="cnn-lite")
    model = build_model(run.recipe(), torch.device("cpu"))
    weights.write_tensors(run.weights_file, model.state_dict())
    ood_detector.fit_and_save(run, factories.synthetic_dataset(300, 100, 1, seed=1))
    return run


@pytest.fixture
def snapshot(run) -> Snapshot:
    """A snapshot of the run after its first step."""
    data = DeviceData(factories.synthetic_dataset(300, 100, 1, seed=1), torch.device("cpu"))
    state = TrainingState(run.recipe(), data, precision="float32")
    loss = state.forward(data.train_images[:8]).sum()
    loss.backward()
    for optimizer in state.optimizers:
        optimizer.step()
    return state.snapshot()


def test_whole_run_passes(run, snapshot):
    weights.save_snapshot(run, snapshot)
    assert integrity.check_run(run) == 0


@pytest.mark.parametrize("key", zoo.CHECKPOINTS)
def test_names_and_shapes_are_those_of_the_example_models(key):
    run = zoo.get_checkpoint(key)
    shapes = integrity.model_shapes(run.recipe())
    tensors, _ = weights.read_tensors(run.weights_file)
    assert {name: tensor.shape for name, tensor in tensors.items()} == {
        name: shape for name, (shape, _) in shapes.items()
    }


DAMAGES = {
    "lacks the tensor head": lambda tensors: {
        name: tensor for name, tensor in tensors.items() if "head" not in name
    },
    "unknown tensor 'extra'": lambda tensors: tensors | {"extra": torch.zeros(1)},
    "has the shape": lambda tensors: tensors | {"head.1.bias": torch.zeros(11)},
    "is of the type": lambda tensors: tensors | {"head.1.bias": torch.zeros(10, dtype=torch.int64)},
    "not finite": lambda tensors: tensors | {"head.1.bias": torch.full([10], torch.nan)},
}


@pytest.mark.parametrize(("problem", "damage"), DAMAGES.items(), ids=DAMAGES)
@pytest.mark.parametrize("is_epoch", [False, True])
def test_weights_that_do_not_fit_are_named(run, problem, damage, is_epoch):
    tensors, _ = weights.read_tensors(run.weights_file)
    file = run.epoch_file(1) if is_epoch else run.weights_file
    weights.write_tensors(file, damage(tensors))
    name = "epochs/epoch-0001.safetensors" if is_epoch else "model.safetensors"
    with pytest.raises(RunError, match=f"is damaged: {name}: .*{problem}"):
        integrity.check_run(run)


def test_pickle_is_not_read(run):
    torch.save({"head.1.bias": torch.zeros(10)}, run.weights_file)
    with pytest.raises(RunError, match=r"model\.safetensors: it cannot be read"):
        integrity.check_run(run)


SNAPSHOT_DAMAGES = {
    "unknown": ({"running.more": torch.zeros(1)}, {}),
    "averages": ({"running": torch.zeros(3)}, {}),
    "infinite": ({"totals": torch.full([2], torch.inf)}, {}),
    "shape": ({"model.head.1.bias": torch.zeros(4)}, {}),
    "past the end": ({}, {"epoch": 999}),
    "no phase": ({}, {"phase_number": 1}),
    "text": ({}, {"seconds": "long"}),
}


@pytest.mark.parametrize(("tensors", "values"), SNAPSHOT_DAMAGES.values(), ids=SNAPSHOT_DAMAGES)
def test_snapshot_that_does_not_fit_is_named(run, snapshot, tensors, values):
    damaged = Snapshot(
        step=0, tensors={**snapshot.tensors, **tensors}, values={**snapshot.values, **values}
    )
    weights.save_snapshot(run, damaged)
    with pytest.raises(RunError, match=r"is damaged: (resume/)?snapshot\.safetensors"):
        integrity.check_run(run)


def test_detector_of_other_features_is_refused(run):
    tensors, _ = weights.read_tensors(run.ood_detector_file)
    narrow = {name: tensors[name][:, :8] for name in ("means", "directions")}
    weights.write_tensors(run.ood_detector_file, tensors | narrow)
    with pytest.raises(RunError, match="not an out-of-distribution detector"):
        integrity.check_run(run)


def test_report_must_be_about_the_recipe(run):
    report = json.loads(run.report_file.read_text()) | {"data": "drawn"}
    run.report_file.write_text(json.dumps(report))
    with pytest.raises(RunError, match=r"report\.json is about cnn-lite on drawn"):
        integrity.check_run(run)


def test_report_must_agree_with_the_predictions(run):
    report = json.loads(run.report_file.read_text()) | {"test_accuracy": 0.99}
    run.report_file.write_text(json.dumps(report))
    with pytest.raises(RunError, match=r"but its report says 99\.00%"):
        integrity.check_run(run)


def test_damaged_lines_are_removed_from_the_log(run):
    whole = run.events_file.read_bytes()
    run.events_file.write_bytes(whole + b'\xff\n{"type": "step"}\n')
    assert integrity.check_run(run) == 2
    assert run.events_file.read_bytes() == whole
