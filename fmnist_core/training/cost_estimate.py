"""The stored cost estimate of a recipe, as measured on this machine; free of torch."""

import json
import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from fmnist_core.training import measurement_cache
from fmnist_core.training.recipe import Recipe

MEMORY_LIMIT = "FMNIST_MEMORY_LIMIT"
"""Environment variable: the memory limit of the training process, such as `2 GB`."""

FIELDS_WITHOUT_COST = (
    "corruption",
    "distillation",
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
    "workers",
)
"""Recipe fields that do not affect the cost of an epoch; of `earlier_phases`, only `trainable`
does. A teacher adds its forward pass, which is not measured: 3% for a Deep CNN that teaches a
ResNet50. Several workers are taken for one."""


class PhaseCost(BaseModel):
    """The cost of one phase."""

    model_config = ConfigDict(frozen=True)

    images_per_second: float
    """In training, with augmentation."""
    seconds_per_epoch: float
    """Training and validation."""
    seconds_once: float
    """Before its first epoch, when a frozen backbone computes the features of all images."""


class CostEstimate(BaseModel):
    """The cost of a run, extrapolated from a few warm-up batches."""

    model_config = ConfigDict(frozen=True)

    parameters: int
    flops_per_image: int
    """Of a forward pass; a multiply-add counts as two."""
    phases: tuple[PhaseCost, ...]
    start_seconds: float
    """Starting the process, loading the data, and the final test."""
    memory_bytes: int
    """Peak of the training process (on a GPU: of the device)."""
    micro_batch: int
    """Images per forward pass."""
    device: str
    precision: str

    @property
    def images_per_second(self) -> float:
        """Of the last phase."""
        return self.phases[-1].images_per_second

    def total_seconds(self, recipe: Recipe) -> float:
        """Duration of the whole run, without early stopping."""
        return self.start_seconds + sum(
            cost.seconds_once + phase.epochs * cost.seconds_per_epoch
            for phase, cost in zip(recipe.phases, self.phases, strict=True)
        )


def cache_key(recipe: Recipe) -> str:
    """Everything that the cost of an epoch depends on, as JSON."""
    values = recipe.model_dump(exclude=set(FIELDS_WITHOUT_COST))
    trainable = [phase.trainable for phase in recipe.phases]
    return json.dumps([values, trainable, os.environ.get(MEMORY_LIMIT)], sort_keys=True)


def estimate_file(recipe: Recipe) -> Path:
    """Path of the stored estimate, whether it exists or not."""
    return measurement_cache.measurement_file("estimates", recipe.model, cache_key(recipe))


def load_estimate(recipe: Recipe) -> CostEstimate | None:
    """Load the stored estimate; `None` if there is none or it is damaged."""
    return measurement_cache.load(estimate_file(recipe), CostEstimate)


def expected_seconds(recipe: Recipe) -> float | None:
    """How long a run takes on this machine; `None` if that was not measured yet."""
    estimate = load_estimate(recipe)
    return estimate.total_seconds(recipe) if estimate else None


def save_estimate(recipe: Recipe, estimate: CostEstimate) -> None:
    """Store an estimate; raises `OSError`."""
    measurement_cache.save(estimate_file(recipe), estimate)
