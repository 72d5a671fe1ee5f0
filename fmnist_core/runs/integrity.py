"""Check every file of a run folder that comes from somewhere else, before it is used.

JSON is checked against the models that the program itself reads it with; tensors by name, shape,
type and value against the model that the recipe builds.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import torch
from safetensors import safe_open
from torch import Tensor

from fmnist_core import atomic
from fmnist_core.errors import RunError
from fmnist_core.runs import comparison, event_log, ood_detector, summary, weights
from fmnist_core.runs.run import Run
from fmnist_core.training.recipe import Recipe

FLOATS = (torch.float32, torch.float16, torch.bfloat16)
"""Types of weights; they are used as float32."""
OPTIMIZER_TENSOR = re.compile(r"optimiser\.\d{1,3}\.\d{1,5}\.\w{1,40}")
MAX_OPTIMIZER_TENSORS = 10_000
MAX_EVENTS = 200_000
"""Two per second for 24 hours."""

Shapes = Mapping[str, tuple[torch.Size, bool]]
"""Of a model's tensors by name: the shape, and whether it holds floating-point numbers."""


def check_run(run: Run) -> int:
    """Check all files of a run; raises `RunError` that names the file.

    Lines of the event log that cannot be read are removed from it; returns how many.
    """
    recipe = run.recipe()
    run.metadata()
    if run.report_file.exists():
        report = run.report()
        if (report.model, report.data) != (recipe.model, recipe.data):
            raise RunError(
                f"Run {run.id} is damaged: report.json is about {report.model} on {report.data}, "
                f"recipe.json about {recipe.model} on {recipe.data}."
            )
    num_removed = remove_damaged_events(run)
    shapes = model_shapes(recipe)
    for file in (run.weights_file, *map(run.epoch_file, run.saved_epochs())):
        if file.exists():
            _check_weights(run, file, shapes)
    if run.ood_detector_file.exists():
        ood_detector.load(run, num_features=num_features(recipe))
    if run.snapshot_file.exists():
        _check_snapshot(run, shapes)
    if run.report_file.exists() and run.predictions_file.exists():
        comparison.load_checked_predictions(summary.summarize(run))
    return num_removed


def remove_damaged_events(run: Run) -> int:
    """Remove lines of the event log that are no events; return how many.

    Raises `RunError` for a log that is too long, and `OSError`.
    """
    if not run.events_file.exists():
        return 0
    lines = [line for line in run.events_file.read_bytes().split(b"\n") if line.strip()]
    if len(lines) > MAX_EVENTS:
        raise RunError(
            f"Run {run.id} has {len(lines):,} lines in events.jsonl; the limit is {MAX_EVENTS:,}."
        )
    kept = [line for line in lines if event_log.parse_event(line) is not None]
    if len(kept) < len(lines):
        atomic.write_bytes(run.events_file, b"".join(line + b"\n" for line in kept))
    return len(lines) - len(kept)


def model_shapes(recipe: Recipe) -> Shapes:
    """Names, shapes and kinds of the tensors of the recipe's model; no memory is used for them."""
    return _model(recipe.model, recipe.input_spec.size, recipe.channels, recipe.head.widths)[0]


def num_features(recipe: Recipe) -> int:
    """The size of the features that the recipe's backbone computes."""
    return _model(recipe.model, recipe.input_spec.size, recipe.channels, recipe.head.widths)[1]


@lru_cache(maxsize=64)
def _model(
    model: str, input_size: int, channels: int, widths: tuple[int, ...]
) -> tuple[Shapes, int]:
    recipe = Recipe.parse(
        {"model": model, "input_size": input_size, "channels": channels, "head": {"widths": widths}}
    )
    with torch.device("meta"):
        module = recipe.spec.build(input_size=input_size, channels=channels, head=recipe.head)
    shapes = {
        name: (tensor.shape, tensor.is_floating_point())
        for name, tensor in module.state_dict().items()
    }
    return shapes, module.num_features


def _check_weights(run: Run, file: Path, shapes: Shapes) -> None:
    """Check a file of weights without loading more than one tensor at a time."""
    names = set()
    for name, tensor in _read(run, file):
        names.add(name)
        _check_tensor(run, file, name, tensor, shapes)
    _check_complete(run, file, names, shapes)


def _check_snapshot(run: Run, shapes: Shapes) -> None:
    """Check the tensors and the values of a snapshot."""
    file, num_optimizer, names = run.snapshot_file, 0, set()
    for full_name, tensor in _read(run, file):
        names.add(full_name)
        prefix, _, name = full_name.partition(".")
        if prefix in ("model", "best") and name:
            _check_tensor(run, file, name, tensor, shapes)
        elif full_name in ("running", "totals"):
            _check_values(run, file, full_name, tensor, shape=torch.Size([2]))
        elif OPTIMIZER_TENSOR.fullmatch(full_name) and num_optimizer < MAX_OPTIMIZER_TENSORS:
            num_optimizer += 1
            _check_values(run, file, full_name, tensor)
        else:
            raise _damaged(run, file, f"it has an unknown tensor {full_name[:80]!r}")
    for prefix in ("model", "best"):
        own = {name.removeprefix(f"{prefix}.") for name in names if name.startswith(f"{prefix}.")}
        if prefix == "model" or own:  # there is no best epoch before the first one ends
            _check_complete(run, file, own, shapes)
    if not {"running", "totals"} <= names:
        raise _damaged(run, file, "it lacks the averages of loss and accuracy")
    recipe, snapshot = run.recipe(), weights.load_snapshot(run)
    assert snapshot is not None
    if snapshot.values["epoch"] > recipe.total_epochs or snapshot.values["phase_number"] >= len(
        recipe.phases
    ):
        raise _damaged(run, file, "it is of another recipe")


def _read(run: Run, file: Path) -> Iterator[tuple[str, Tensor]]:
    try:
        with safe_open(file, framework="pt") as tensors:
            for name in tensors.keys():  # noqa: SIM118
                yield name, tensors.get_tensor(name)
    except weights.TENSOR_ERRORS as error:
        raise _damaged(run, file, f"it cannot be read ({error})") from error


def _check_tensor(run: Run, file: Path, name: str, tensor: Tensor, shapes: Shapes) -> None:
    if name not in shapes:
        raise _damaged(run, file, f"it has an unknown tensor {name[:80]!r}")
    shape, is_float = shapes[name]
    if tensor.is_floating_point() != is_float:
        raise _damaged(run, file, f"{name} is of the type {tensor.dtype}")
    _check_values(run, file, name, tensor, shape=shape)


def _check_values(
    run: Run, file: Path, name: str, tensor: Tensor, *, shape: torch.Size | None = None
) -> None:
    if shape is not None and tensor.shape != shape:
        raise _damaged(
            run, file, f"{name} has the shape {tuple(tensor.shape)} instead of {tuple(shape)}"
        )
    if tensor.is_floating_point():
        if tensor.dtype not in FLOATS:
            raise _damaged(run, file, f"{name} is of the type {tensor.dtype}")
        if not tensor.isfinite().all():
            raise _damaged(run, file, f"{name} holds values that are not finite")
    elif tensor.dtype != torch.int64:
        raise _damaged(run, file, f"{name} is of the type {tensor.dtype}")


def _check_complete(run: Run, file: Path, names: set[str], shapes: Shapes) -> None:
    if missing := sorted(shapes.keys() - names):
        raise _damaged(run, file, f"it lacks the tensor {missing[0]}")


def _damaged(run: Run, file: Path, problem: str) -> RunError:
    name = file.name
    with suppress(ValueError):
        name = file.relative_to(run.path).as_posix()
    return RunError(f"Run {run.id} is damaged: {name}: {problem}.")
