"""Fit training into what memory there is: predict its peak, and cut batches into micro-batches."""

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
"""Of what is free; the rest is for what else this machine does."""
LIMIT_FRACTION = 0.9
"""Of a limit that was set; the rest is for what the allocator does not give back."""
BACKWARD_FACTOR = 1.5
"""The peak of the backward pass against what the forward pass saves."""
LIBRARY_BYTES = 250_000_000
"""Bytes that the first step loads and keeps on a processor: kernels, threads, work space."""
UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}
STATE_COPIES = {"adamw": 2, "adam": 2, "sgd": 1, "muon": 1}
"""Tensors of a weight's size that an optimiser keeps."""


def free_bytes(device: torch.device) -> int:
    """What training may still take; raises `RecipeError` for a limit that is no size."""
    limit = _asked_limit()
    if device.type == "cuda":
        free, total = torch.cuda.mem_get_info(device)
        return min(int(FREE_MEMORY_FRACTION * free), limit or total)
    if limit is not None:
        return int(LIMIT_FRACTION * limit) - psutil.Process().memory_info().rss
    return int(FREE_MEMORY_FRACTION * min(psutil.virtual_memory().available, _left_in_container()))


def _asked_limit() -> int | None:
    text = os.environ.get(MEMORY_LIMIT, "").strip().upper()
    if not text:
        return None
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMG]?)B?", text)
    if found is None:
        raise RecipeError(f"{MEMORY_LIMIT} is '{text}'; it must be a size such as 800 MB or 2 GB.")
    return int(float(found[1]) * UNITS[found[2]])


def _left_in_container() -> int:
    try:
        limit = (CGROUP / "memory.max").read_text().strip()
        used = int((CGROUP / "memory.current").read_text())
    except (OSError, ValueError):
        return psutil.virtual_memory().available
    return psutil.virtual_memory().available if limit == "max" else int(limit) - used


class MemoryModel:
    """What training takes beside the model itself, in bytes.

    `fixed` all the time, then `per_image` for each image at a time in a step, or `snapshot` while
    one is written, between the steps.
    """

    def __init__(self, *, fixed: float, per_image: float, snapshot: float) -> None:
        self.fixed, self.per_image, self.snapshot = fixed, per_image, snapshot

    def peak(self, micro_batch: int, *, scale: float = 1.0) -> int:
        """Bytes at most; `scale` is another input size over the measured one."""
        return int(self.fixed + max(micro_batch * self.per_image * scale**2, self.snapshot))


def measure_memory(
    model: Classifier, recipe: Recipe, inputs: Tensor, *, precision: str
) -> MemoryModel:
    """Push four images through and count what the backward pass would find saved.

    `inputs` [4, C, S, S]. Weights and running statistics stay as they are.
    """
    kept = {name: buffer.clone() for name, buffer in model.named_buffers()}
    sizes = []
    for num_images in (2, 4):
        with _saved_bytes(model) as saved, devices.autocast(inputs.device, precision):
            model(inputs[:num_images])
        sizes.append(sum(saved.values()))
    for name, buffer in model.named_buffers():
        buffer.copy_(kept[name])
    per_image = (sizes[1] - sizes[0]) / 2
    inputs_bytes = 4 * inputs[0].numel()
    weights = sum(4 * each.numel() for each in model.parameters())  # of which the best are kept
    gradients = sum(4 * each.numel() for each in model.parameters() if each.requires_grad)
    moments = STATE_COPIES[recipe.optimiser] * gradients
    on_cpu = inputs.device.type == "cpu"
    return MemoryModel(
        fixed=weights
        + gradients
        + moments
        + max(sizes[0] - 2 * per_image, 0)
        + (LIBRARY_BYTES if on_cpu else 0),
        per_image=BACKWARD_FACTOR * per_image + 2 * inputs_bytes,
        snapshot=2 * weights + moments if on_cpu else 0,
    )


@contextmanager
def _saved_bytes(model: Classifier) -> Iterator[dict[int, int]]:
    """By address: the storages that autograd keeps for the backward pass, weights left out."""
    own = {each.untyped_storage().data_ptr() for each in model.parameters()}
    saved: dict[int, int] = {}

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            saved[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        yield saved


def micro_batch_size(need: MemoryModel, recipe: Recipe, *, batch_size: int, free: int) -> int:
    """Images at a time: the whole batch, or the largest half, quarter … of it that fits.

    Raises `RecipeError` where not even two images fit, saying what would.
    """
    size = batch_size
    while size > 2 and need.peak(size) > free:
        size = -(-size // 2)
    if need.peak(size) > free:
        raise out_of_memory_error(need, recipe, free=free)
    return size


def out_of_memory_error(need: MemoryModel, recipe: Recipe, *, free: int) -> RecipeError:
    """Nothing fits: what would, in a sentence."""
    asked = recipe.input_spec.size
    fitting = [
        size
        for size in range(asked - 1, IMAGE_SIZE - 1, -1)
        if recipe.spec.size_problem(size) is None and need.peak(2, scale=size / asked) <= free
    ]
    way_on = (
        f"It would fit at input_size {fitting[0]}."
        if fitting
        else "No input size would fit: choose a smaller model, such as CNN-lite."
    )
    return RecipeError(
        f"{recipe.spec.title} at {asked} pixels needs {need.peak(2) / 1e9:.2f} GB to train, "
        f"two images at a time, and {max(free, 0) / 1e9:.2f} GB are free. {way_on}"
    )


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out, on a GPU or a processor."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    words = str(error).lower()
    return isinstance(error, RuntimeError) and (
        "allocate memory" in words or "out of memory" in words
    )
