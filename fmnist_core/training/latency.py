"""The stored inference latency of a model, as measured on this machine; free of torch."""

import json
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from fmnist_core.models.head import Head
from fmnist_core.paths import cache_folder
from fmnist_core.training import measurement_cache
from fmnist_core.training.recipe import Recipe


class Latency(BaseModel):
    """Time from one image uint8 [28, 28] to its probabilities, in float32."""

    model_config = ConfigDict(frozen=True)

    milliseconds: float
    """Median of several predictions after a warm-up."""
    device: str


def latency_file(recipe: Recipe) -> Path:
    """Path of the stored latency; it depends on architecture and input size, not on weights."""
    input_spec = recipe.input_spec
    return _latency_file(
        recipe.model, recipe.head, input_spec.size, input_spec.channels, cache_folder()
    )


@lru_cache(maxsize=1000)
def _latency_file(model: str, head: Head, size: int, channels: int, _cache_folder: Path) -> Path:
    cache_key = json.dumps([model, head.model_dump(), size, channels])
    return measurement_cache.measurement_file("latencies", model, cache_key)


def load_latency(recipe: Recipe) -> Latency | None:
    """Load the stored latency; `None` if there is none or it is damaged."""
    return measurement_cache.load(latency_file(recipe), Latency)
