"""The format of snapshots: a run stopped by an older version can be resumed."""

import torch

from fmnist_core.training.batches import DeviceData
from fmnist_core.training.loop import train_step
from fmnist_core.training.recipe import Recipe
from fmnist_core.training.state import TrainingState
from fmnist_core.training.validation import finish_epoch

RECIPE = Recipe.parse(
    {"model": "mlp", "data": "drawn", "batch_size": 32, "optimizer": "sgd", "device": "cpu"}
)


def test_names_in_a_snapshot_never_change(small_dataset):
    data = DeviceData(small_dataset, torch.device("cpu"))
    state = TrainingState(RECIPE, data, precision="float32")
    train_step(state, *next(state.batches.epoch_batches(0)))
    finish_epoch(state)
    snapshot = state.snapshot()
    weights = state.model.state_dict().keys()
    assert snapshot.tensors.keys() == {
        "running",
        "totals",
        *(f"model.{name}" for name in weights),
        *(f"best.{name}" for name in weights),
        *(f"optimiser.0.{index}.momentum_buffer" for index in range(len(weights))),
    }
    assert " ".join(snapshot.values) == (
        "epoch phase_number phase_start phase_start_seconds started_from has_cached step_in_epoch "
        "learning_rate_factor has_warned best_epoch best_validation seconds precision"
    )


def test_snapshot_restores_the_state(small_dataset):
    data = DeviceData(small_dataset, torch.device("cpu"))
    state = TrainingState(RECIPE, data, precision="float32")
    train_step(state, *next(state.batches.epoch_batches(0)))
    snapshot = state.snapshot()
    restored = TrainingState(RECIPE.changed(seed=1), data, precision="float32")
    restored.restore(snapshot)
    assert restored.step == 1
    assert restored.average_metrics() == state.average_metrics()
    restored_snapshot = restored.snapshot()
    assert restored_snapshot.values == snapshot.values
    for name, tensor in snapshot.tensors.items():
        assert torch.equal(restored_snapshot.tensors[name], tensor), name
