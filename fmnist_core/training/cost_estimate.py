"""What a run will cost, as measured on this machine and kept for the next who asks."""

import json
import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from fmnist_core.training import measurement_cache
from fmnist_core.training.recipe import Recipe

MEMORY_LIMIT = "FMNIST_MEMORY_LIMIT"
"""Environment variable: what the training process may take in all, such as `2 GB`."""

FIELDS_WITHOUT_COST = (
    "earlier_phases",
    "epochs",
    "keep_epochs",
    "keep_head",
    "label_smoothing",
    "learning_rate",
    "patience",
    "schedule",
    "seed",
    "weight_decay",
    "weights",
)
"""What the price of an epoch does not depend on; of earlier phases, what learns in them counts."""


class PhaseCost(BaseModel):
    """The price of one phase."""

    model_config = ConfigDict(frozen=True)

    images_per_second: float
    """Training, with augmentation."""
    seconds_per_epoch: float
    """Training and validation."""
    seconds_once: float
    """Before its first epoch: the frozen backbone's one pass over all images."""


class CostEstimate(BaseModel):
    """The price of a run, measured by a few warm-up batches."""

    model_config = ConfigDict(frozen=True)

    parameters: int
    flops_per_image: int
    """Forward pass, multiply and add counted apart."""
    phases: tuple[PhaseCost, ...]
    start_seconds: float
    """Starting the process, loading the data, and the final test."""
    memory_bytes: int
    """Peak of the training process (on a GPU: of the device)."""
    micro_batch: int
    """Images that go through the model at a time."""
    device: str
    precision: str

    @property
    def images_per_second(self) -> float:
        """In the last phase."""
        return self.phases[-1].images_per_second

    def seconds(self, recipe: Recipe) -> float:
        """The whole run, without early stopping."""
        priced = zip(recipe.phases, self.phases, strict=True)
        return self.start_seconds + sum(
            cost.seconds_once + phase.epochs * cost.seconds_per_epoch for phase, cost in priced
        )


def cache_key(recipe: Recipe) -> str:
    """What the price of an epoch depends on, as text."""
    priced = recipe.model_dump(exclude=set(FIELDS_WITHOUT_COST))
    learning = [phase.trainable for phase in recipe.phases]
    return json.dumps([priced, learning, os.environ.get(MEMORY_LIMIT)], sort_keys=True)


def estimate_file(recipe: Recipe) -> Path:
    """Where the estimate is kept."""
    return measurement_cache.measurement_file("estimates", recipe.model, cache_key(recipe))


def load_estimate(recipe: Recipe) -> CostEstimate | None:
    """What was measured before, or `None`."""
    return measurement_cache.load(estimate_file(recipe), CostEstimate)


def save_estimate(recipe: Recipe, estimate: CostEstimate) -> None:
    """Remember it; raises `OSError`."""
    measurement_cache.save(estimate_file(recipe), estimate)
