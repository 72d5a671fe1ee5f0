"""How long one answer takes on this machine, as measured and kept for the next who asks."""

import json
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from fmnist_core.models.head import Head
from fmnist_core.paths import cache_folder
from fmnist_core.training import measurement_cache
from fmnist_core.training.recipe import Recipe


class Latency(BaseModel):
    """From one image uint8 [28, 28] to its probabilities, in float32."""

    model_config = ConfigDict(frozen=True)

    milliseconds: float
    """The median of several answers, the first ones left out."""
    device: str


def latency_file(recipe: Recipe) -> Path:
    """Where it is kept: the network and the size of its input decide, its weights do not."""
    return _file(
        recipe.model,
        recipe.head,
        recipe.input_spec.size,
        recipe.input_spec.channels,
        cache_folder(),
    )


@lru_cache(maxsize=1000)
def _file(model: str, head: Head, size: int, channels: int, _: Path) -> Path:
    asked_for = json.dumps([model, head.model_dump(), size, channels])
    return measurement_cache.measurement_file("latencies", model, asked_for)


def load_latency(recipe: Recipe) -> Latency | None:
    """What was measured before, or `None`."""
    return measurement_cache.load(latency_file(recipe), Latency)
