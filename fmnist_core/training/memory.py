"""Estimate the peak memory of training, and choose a micro-batch size that fits."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import torch
from torch import Tensor

from fmnist_core.errors import RecipeError
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.models.classifier import Classifier
from fmnist_core.training import devices
from fmnist_core.training.cost_estimate import MEMORY_LIMIT
from fmnist_core.training.recipe import Recipe

CGROUP = Path("/sys/fs/cgroup")
FREE_MEMORY_FRACTION = 0.8
"""Usable fraction of free memory; the rest is left for other programs."""
LIMIT_FRACTION = 0.9
"""Usable fraction of a limit set by the user; the rest allows for memory not freed at once."""
BACKWARD_FACTOR = 1.5
"""Peak memory of the backward pass, relative to what the forward pass saves for it."""
LIBRARY_BYTES = 250_000_000
"""Bytes that the first step on a CPU allocates for kernels, threads and workspace."""
UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}
OPTIMIZER_STATES = {"adamw": 2, "adam": 2, "sgd": 1, "muon": 1}
"""Tensors of a weight's size that an optimizer stores."""


def free_bytes(device: torch.device) -> int:
    """Bytes that training may use; raises `RecipeError` if the limit set is not a valid size."""
    limit = _memory_limit()
    if device.type == "cuda":
        free, total = torch.cuda.mem_get_info(device)
        return min(int(FREE_MEMORY_FRACTION * free), limit or total)
    if limit is not None:
        return int(LIMIT_FRACTION * limit) - psutil.Process().memory_info().rss
    return int(FREE_MEMORY_FRACTION * min(psutil.virtual_memory().available, _free_in_container()))


def _memory_limit() -> int | None:
    text = os.environ.get(MEMORY_LIMIT, "").strip().upper()
    if not text:
        return None
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMG]?)B?", text)
    if match is None:
        allowed = "a size such as 800 MB or 2 GB"
        raise RecipeError(
            f"{MEMORY_LIMIT} is '{text}'; it must be {allowed}.",
            field=MEMORY_LIMIT,
            value=text,
            allowed=allowed,
        )
    return int(float(match[1]) * UNITS[match[2]])


def _free_in_container() -> int:
    try:
        limit = (CGROUP / "memory.max").read_text().strip()
        used = int((CGROUP / "memory.current").read_text())
    except (OSError, ValueError):
        return psutil.virtual_memory().available
    return psutil.virtual_memory().available if limit == "max" else int(limit) - used


class MemoryModel:
    """The memory that training needs in addition to the model itself, in bytes.

    `fixed` is needed all the time; `per_image` during a step, for each image of the micro-batch;
    `snapshot` between steps, while a snapshot is written.
    """

    def __init__(self, *, fixed: float, per_image: float, snapshot: float) -> None:
        self.fixed, self.per_image, self.snapshot = fixed, per_image, snapshot

    def peak(self, micro_batch_size: int, *, scale: float = 1.0) -> int:
        """Peak in bytes; `scale` is the input size divided by the measured one."""
        return int(self.fixed + max(micro_batch_size * self.per_image * scale**2, self.snapshot))


def measure_memory(
    model: Classifier, recipe: Recipe, inputs: Tensor, *, precision: str
) -> MemoryModel:
    """Run forward passes and count the bytes that autograd saves for the backward pass.

    `inputs` [4, C, S, S]. Weights and running statistics stay as they are.
    """
    buffers = {name: buffer.clone() for name, buffer in model.named_buffers()}
    saved_bytes = []
    for num_images in (2, 4):
        with _saved_bytes(model) as saved, devices.autocast(inputs.device, precision):
            model(inputs[:num_images])
        saved_bytes.append(sum(saved.values()))
    for name, buffer in model.named_buffers():
        buffer.copy_(buffers[name])
    per_image = (saved_bytes[1] - saved_bytes[0]) / 2
    input_bytes = 4 * inputs[0].numel()
    weights = sum(4 * weight.numel() for weight in model.parameters())  # the copy of the best ones
    gradients = sum(4 * weight.numel() for weight in model.parameters() if weight.requires_grad)
    moments = OPTIMIZER_STATES[recipe.optimizer] * gradients
    on_cpu = inputs.device.type == "cpu"
    return MemoryModel(
        fixed=weights
        + gradients
        + moments
        + max(saved_bytes[0] - 2 * per_image, 0)
        + (LIBRARY_BYTES if on_cpu else 0),
        per_image=BACKWARD_FACTOR * per_image + 2 * input_bytes,
        snapshot=2 * weights + moments if on_cpu else 0,
    )


@contextmanager
def _saved_bytes(model: Classifier) -> Iterator[dict[int, int]]:
    """Record the storages that autograd saves in this block, except weights: bytes by address."""
    weights = {weight.untyped_storage().data_ptr() for weight in model.parameters()}
    saved: dict[int, int] = {}

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in weights:
            saved[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        yield saved


def micro_batch_size(
    memory_model: MemoryModel, recipe: Recipe, *, batch_size: int, free: int
) -> int:
    """Find the largest of batch size, half of it, a quarter … that fits into `free` bytes.

    Raises `RecipeError`, which says what would fit, if not even two images do.
    """
    size = batch_size
    while size > 2 and memory_model.peak(size) > free:
        size = -(-size // 2)
    if memory_model.peak(size) > free:
        raise out_of_memory_error(memory_model, recipe, free=free)
    return size


def out_of_memory_error(memory_model: MemoryModel, recipe: Recipe, *, free: int) -> RecipeError:
    """Explain that training does not fit into memory, and which input size would."""
    input_size = recipe.input_spec.size
    fitting_sizes = [
        size
        for size in range(input_size - 1, IMAGE_SIZE - 1, -1)
        if recipe.spec.size_problem(size) is None
        and memory_model.peak(2, scale=size / input_size) <= free
    ]
    advice = (
        f"It would fit at input_size {fitting_sizes[0]}."
        if fitting_sizes
        else "No input size would fit: choose a smaller model, such as CNN-lite."
    )
    return RecipeError(
        f"{recipe.spec.title} at {input_size} pixels needs {memory_model.peak(2) / 1e9:.2f} GB to "
        f"train, even two images at a time, but only {max(free, 0) / 1e9:.2f} GB are free. {advice}"
    )


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error means that memory ran out, on a GPU or a CPU."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and (
        "allocate memory" in text or "out of memory" in text
    )


def describe_out_of_memory(error: BaseException) -> str | None:
    """Say which memory ran out, and what to do; `None` for any other error."""
    if not is_out_of_memory(error):
        return None
    if isinstance(error, torch.OutOfMemoryError):
        return "The GPU ran out of memory; try half the batch size."
    return "Memory ran out; try half the batch size."
