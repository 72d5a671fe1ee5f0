"""Choose float32 or bfloat16 by measuring which trains faster on this machine."""

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
from fmnist_core.training.freezing import freeze, set_training_mode
from fmnist_core.training.recipe import Recipe
from fmnist_core.training.state import build_model

MEASURE_SECONDS = 0.5
"""Spent on each of the two precisions."""
MIN_SPEEDUP = 1.1
"""bfloat16 must be this much faster to be worth its rounding errors."""
MAX_IMAGES = 128


def select_precision(recipe: Recipe, device: torch.device) -> str:
    """Return the recipe's precision, or for `auto` the one measured faster, from cache if known."""
    if recipe.precision != "auto":
        return recipe.precision
    cached = _load_cache()
    model = f"{recipe.model} {recipe.input_spec.size}{' frozen' if _is_frozen(recipe) else ''}"
    key = f"{model}, {devices.device_name(device)}, torch {torch.__version__}"
    if key not in cached:
        cached[key] = measure_faster_precision(recipe, device)
        _save_cache(cached)
    return cached[key]


def measure_faster_precision(recipe: Recipe, device: torch.device) -> str:
    """Time forward and backward passes in both precisions, for about a second.

    Support for bfloat16 alone says nothing: emulated, it is many times slower, and the depthwise
    convolutions of mobile networks gain nothing from it on a CPU. A frozen backbone needs no
    backward pass, and there they do gain: twice as fast on a processor with bfloat16.
    """
    model = build_model(recipe, device)
    if _is_frozen(recipe):
        freeze(model, recipe.phases[-1])
        set_training_mode(model, recipe.phases[-1])
    input_spec = recipe.input_spec
    num_images = max(2, min(recipe.batch_size, MAX_IMAGES * IMAGE_SIZE**2 // input_spec.size**2))
    inputs = torch.zeros(
        num_images, input_spec.channels, input_spec.size, input_spec.size, device=device
    )
    best = dict.fromkeys(("float32", "bfloat16"), float("inf"))
    for precision in best:
        _seconds(model, inputs, precision)  # the first call sets up kernels
    start = time.perf_counter()
    for round_number in count():
        for precision in best:
            best[precision] = min(best[precision], _seconds(model, inputs, precision))
        if round_number and time.perf_counter() - start > 2 * MEASURE_SECONDS:
            break
    return "bfloat16" if best["float32"] / best["bfloat16"] > MIN_SPEEDUP else "float32"


def _is_frozen(recipe: Recipe) -> bool:
    """Whether the backbone is frozen in all phases."""
    return all(phase.trainable == "head" for phase in recipe.phases)


def _seconds(model: Classifier, inputs: torch.Tensor, precision: str) -> float:
    devices.synchronize(inputs.device)
    start = time.perf_counter()
    with devices.autocast(inputs.device, precision):
        logits = model(inputs)
    logits.float().logsumexp(dim=1).sum().backward()
    devices.synchronize(inputs.device)
    return time.perf_counter() - start


def _cache_file() -> Path:
    return cache_folder() / "precision.json"


def _load_cache() -> dict[str, str]:
    try:
        precisions = json.loads(_cache_file().read_text())
    except (OSError, ValueError):
        return {}
    return precisions if isinstance(precisions, dict) else {}


def _save_cache(precisions: dict[str, str]) -> None:
    try:
        _cache_file().parent.mkdir(parents=True, exist_ok=True)
        atomic.write_json(_cache_file(), precisions)
    except OSError:
        # The precision is measured again next time, which costs only a second.
        return
