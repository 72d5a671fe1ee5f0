"""Read and write a run's tensors (weights, snapshots) as safetensors, never as pickles."""

import json
from collections.abc import Mapping
from pathlib import Path

import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from fmnist_core import atomic
from fmnist_core.data.input_spec import InputSpec
from fmnist_core.errors import RunError
from fmnist_core.models.classifier import Classifier
from fmnist_core.runs.run import Run
from fmnist_core.training import devices
from fmnist_core.training.events import Count, Snapshot
from fmnist_core.training.state import build_model

TENSOR_ERRORS = (OSError, SafetensorError, ValueError, TypeError, RuntimeError, AttributeError)
"""What safetensors raises for damaged files: also for types that torch does not have, and for sizes
that no memory holds.
"""


class SnapshotValues(BaseModel):
    """Everything in a snapshot that is not a tensor; see `TrainingState.snapshot`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    step: Count
    epoch: Count
    phase_number: Count
    phase_start: Count
    phase_start_seconds: float = Field(ge=0, allow_inf_nan=False)
    started_from: str = Field(max_length=1000)
    has_cached: bool
    step_in_epoch: Count
    learning_rate_factor: float = Field(gt=0, allow_inf_nan=False)
    has_warned: bool
    best_epoch: Count
    best_validation: tuple[float, float]
    """Accuracy and negative loss, which may be NaN."""
    seconds: float = Field(ge=0, allow_inf_nan=False)
    precision: str = Field(max_length=100)


def write_tensors(
    path: Path, tensors: Mapping[str, Tensor], *, metadata: dict[str, str] | None = None
) -> None:
    """Write one file atomically; raises `OSError`."""
    contents = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    path.parent.mkdir(exist_ok=True)
    atomic.write_bytes(path, save(contents, metadata))


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Read tensors and metadata; raises `RunError` if the file is missing or damaged."""
    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}  # noqa: SIM118
    except TENSOR_ERRORS as error:
        message = f"{path} cannot be read ({error})."
        # Where the folder lies on the server is none of a pupil's business.
        raise RunError(message.replace(str(path.parent), path.parent.name)) from error


def save_snapshot(run: Run, snapshot: Snapshot) -> None:
    """Replace the run's snapshot; raises `OSError`."""
    values = json.dumps({"step": snapshot.step, **snapshot.values})
    write_tensors(run.snapshot_file, snapshot.tensors, metadata={"values": values})


def load_snapshot(run: Run) -> Snapshot | None:
    """Load the last snapshot, `None` if there is none; raises `RunError`."""
    if not run.snapshot_file.exists():
        return None
    tensors, metadata = read_tensors(run.snapshot_file)
    try:
        values = SnapshotValues.model_validate_json(metadata.get("values", "")).model_dump()
    except ValidationError as error:
        problem = error.errors()[0]
        field = ".".join(map(str, problem["loc"])) or "its values"
        raise RunError(
            f"Run {run.id} is damaged: {run.snapshot_file.name}, {field}: {problem['msg']}."
        ) from error
    return Snapshot(step=values.pop("step"), tensors=tensors, values=values)


def to_float16(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Convert matrices and filters to float16.

    Biases and statistics stay: they are few, and may exceed the range of float16.
    """
    return {
        name: tensor.half() if tensor.dtype == torch.float32 and tensor.ndim > 1 else tensor
        for name, tensor in tensors.items()
    }


def load_model(run: Run, *, file: Path | None = None) -> tuple[Classifier, InputSpec]:
    """Load a run's model in float32, with its input spec.

    The weights come from `file`, by default those of the finished run. Raises `RunError` if they
    do not fit, or if the model cannot process an image of the recipe's input size.
    """
    recipe, file = run.recipe(), file or run.weights_file
    device, spec = devices.select_device(recipe.changed(device="auto")), recipe.input_spec
    model = build_model(recipe, device)
    try:
        model.load_state_dict(read_weights(run, file=file))
    except RuntimeError as error:
        raise RunError(f"{file} does not fit the model '{recipe.model}'.") from error
    try:
        with torch.inference_mode():
            model.eval()(torch.zeros(1, spec.channels, spec.size, spec.size, device=device))
    except (RuntimeError, ValueError, AssertionError) as error:
        raise RunError(
            f"Run {run.id} cannot be used: {recipe.spec.title} cannot process images of "
            f"{spec.size}×{spec.size} pixels."
        ) from error
    return model, spec


def read_weights(run: Run, *, file: Path | None = None) -> dict[str, Tensor]:
    """Read the weights in `file`, by default those of the finished run; raises `RunError`.

    Floating-point tensors are converted to float32.
    """
    tensors, _ = read_tensors(file or run.weights_file)
    return {
        name: tensor.float() if tensor.is_floating_point() else tensor
        for name, tensor in tensors.items()
    }
