"""Tensors of a run on disk: weights, snapshots, predictions; always safetensors, never pickle."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from fmnist_core import atomic
from fmnist_core.data import datasets
from fmnist_core.errors import RunError
from fmnist_core.runs.folder import Run
from fmnist_core.training import machine
from fmnist_core.training.batches import DeviceData
from fmnist_core.training.events import Snapshot
from fmnist_core.training.loop import predict, score
from fmnist_core.training.state import build_model


def write_tensors(
    path: Path, tensors: Mapping[str, Tensor], *, metadata: dict[str, str] | None = None
) -> None:
    """One file, whole or not at all; raises `OSError`."""
    contents = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    path.parent.mkdir(exist_ok=True)
    atomic.write_bytes(path, save(contents, metadata))


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Tensors and metadata; raises `RunError` where the file is missing or damaged."""
    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise RunError(f"{path} cannot be read ({error}).") from error


def save_snapshot(run: Run, snapshot: Snapshot) -> None:
    """Keep a snapshot in place of the one before; raises `OSError`."""
    values = json.dumps({"step": snapshot.step, **snapshot.values})
    write_tensors(run.snapshot_file, snapshot.tensors, metadata={"values": values})


def load_snapshot(run: Run) -> Snapshot | None:
    """The last snapshot, or `None` where the run begins at its beginning; raises `RunError`."""
    if not run.snapshot_file.exists():
        return None
    tensors, metadata = read_tensors(run.snapshot_file)
    values = json.loads(metadata["values"])
    return Snapshot(step=values.pop("step"), tensors=tensors, values=values)


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """A finished run's weights, tested again."""

    test_accuracy: float
    test_loss: float
    reported_accuracy: float


def evaluate(run: Run) -> Evaluation:
    """Test the stored weights anew on the whole test set; raises `RunError` or `DataError`."""
    recipe, report = run.recipe(), run.report()
    device = machine.pick_device(recipe.changed(device="auto"))
    model = build_model(recipe, device)
    weights, _ = read_tensors(run.weights_file)
    try:
        model.load_state_dict(
            {
                name: tensor.float() if tensor.is_floating_point() else tensor
                for name, tensor in weights.items()
            }
        )
    except RuntimeError as error:
        raise RunError(f"{run.weights_file} does not fit the model '{recipe.model}'.") from error
    data = DeviceData(datasets.load(recipe.data), device)
    probabilities = predict(model, data.test_images)
    loss, accuracy = score(probabilities, data.test_labels)
    return Evaluation(
        test_accuracy=accuracy, test_loss=loss, reported_accuracy=report.test_accuracy
    )
