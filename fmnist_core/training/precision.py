"""Whether a model trains quicker in 32 or in 16 bits on this machine: measured, then remembered."""

import json
import time
from itertools import count
from pathlib import Path

import torch

from fmnist_core import atomic
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.models.classifier import Classifier
from fmnist_core.paths import cache_folder
from fmnist_core.training import devices
from fmnist_core.training.recipe import Recipe
from fmnist_core.training.state import build_model

MEASURE_SECONDS = 0.5
"""Spent on each of the two precisions."""
WORTHWHILE = 1.1
"""bfloat16 has to be this much quicker to be worth its rounding."""
MOST_IMAGES = 128


def select_precision(recipe: Recipe, device: torch.device) -> str:
    """`float32` or `bfloat16`: what the recipe says, else what was measured quicker here."""
    if recipe.precision != "auto":
        return recipe.precision
    known = _known()
    model = f"{recipe.model} {recipe.input_spec.size}"
    key = f"{model}, {devices.device_name(device)}, torch {torch.__version__}"
    if key not in known:
        known[key] = measure_faster_precision(recipe, device)
        _keep(known)
    return known[key]


def measure_faster_precision(recipe: Recipe, device: torch.device) -> str:
    """Push a few images forwards and backwards in both precisions, for about a second.

    That the type exists says nothing: without native support it is many times slower, and the
    filters of mobile networks, each for one channel, gain nothing from it on a processor.
    """
    model = build_model(recipe, device)
    input_spec = recipe.input_spec
    num_images = max(2, min(recipe.batch_size, MOST_IMAGES * IMAGE_SIZE**2 // input_spec.size**2))
    inputs = torch.zeros(
        num_images, input_spec.channels, input_spec.size, input_spec.size, device=device
    )
    best = dict.fromkeys(("float32", "bfloat16"), float("inf"))
    for precision in best:
        _seconds(model, inputs, precision)  # the first call sets up kernels
    start = time.perf_counter()
    for turn in count():
        for precision in best:
            best[precision] = min(best[precision], _seconds(model, inputs, precision))
        if turn and time.perf_counter() - start > 2 * MEASURE_SECONDS:
            break
    return "bfloat16" if best["float32"] / best["bfloat16"] > WORTHWHILE else "float32"


def _seconds(model: Classifier, inputs: torch.Tensor, precision: str) -> float:
    devices.synchronize(inputs.device)
    start = time.perf_counter()
    with devices.autocast(inputs.device, precision):
        logits = model(inputs)
    logits.float().logsumexp(dim=1).sum().backward()
    devices.synchronize(inputs.device)
    return time.perf_counter() - start


def _file() -> Path:
    return cache_folder() / "precision.json"


def _known() -> dict[str, str]:
    try:
        known = json.loads(_file().read_text())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _keep(known: dict[str, str]) -> None:
    try:
        _file().parent.mkdir(parents=True, exist_ok=True)
        atomic.write_json(_file(), known)
    except OSError:
        # Measured again next time: a second lost, nothing else.
        return
