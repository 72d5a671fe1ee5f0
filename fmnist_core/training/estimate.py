"""What a run will cost, as measured on this machine and kept for the next who asks."""

import hashlib
import json
import platform
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from fmnist_core import atomic
from fmnist_core.paths import cache_folder
from fmnist_core.training.recipe import Recipe

COST_FIELDS = (
    "model",
    "data",
    "train_images",
    "batch_size",
    "optimiser",
    "dropout",
    "augmentation",
    "precision",
    "device",
)
"""What the price of an epoch depends on; the rest of a recipe costs nothing."""


class Estimate(BaseModel):
    """The price of a run, measured by a few warm-up batches."""

    model_config = ConfigDict(frozen=True)

    parameters: int
    flops_per_image: int
    """Forward pass, multiply and add counted apart."""
    images_per_second: float
    """Training, with augmentation."""
    seconds_per_epoch: float
    """Training and validation."""
    start_seconds: float
    """Starting the process, loading the data, and the final test."""
    memory_bytes: int
    """Peak of the training process (on a GPU: of the device)."""
    device: str
    precision: str

    def seconds(self, recipe: Recipe) -> float:
        """The whole run, without early stopping."""
        return self.start_seconds + recipe.epochs * self.seconds_per_epoch


def estimate_file(recipe: Recipe) -> Path:
    """Where the estimate is kept: by what the price depends on, and by machine."""
    asked = recipe.model_dump(include=set(COST_FIELDS))
    text = json.dumps([asked, platform.node(), platform.machine()], sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return cache_folder() / "estimates" / f"{recipe.model}-{digest}.json"


def known_estimate(recipe: Recipe) -> Estimate | None:
    """What was measured before, or `None`."""
    try:
        return Estimate.model_validate_json(estimate_file(recipe).read_bytes())
    except (OSError, ValidationError):
        return None


def keep_estimate(recipe: Recipe, estimate: Estimate) -> None:
    """Remember it; raises `OSError`."""
    file = estimate_file(recipe)
    file.parent.mkdir(parents=True, exist_ok=True)
    atomic.write_json(file, estimate.model_dump())
