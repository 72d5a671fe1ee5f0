"""`report.json`: what a finished run achieved, at what cost, and where."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fmnist_core.data.datasets import DatasetKey
from fmnist_core.fashion_mnist import NUM_CLASSES

Finite = Annotated[float, Field(allow_inf_nan=False)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
TEN = Field(min_length=NUM_CLASSES, max_length=NUM_CLASSES)
"""One for each class."""


class ClassMetrics(BaseModel):
    """How well one class is recognised on the test set."""

    model_config = ConfigDict(frozen=True)

    name: str
    precision: Fraction
    recall: Fraction
    f1: Fraction
    support: Count


class Environment(BaseModel):
    """Where it was trained."""

    model_config = ConfigDict(frozen=True)

    device: str
    """As a person would name it: the processor or the GPU."""
    precision: str
    threads: int
    python: str
    torch: str
    system: str


class Report(BaseModel):
    """Everything measured; accuracy and shares from 0 to 1, loss in nats, time in seconds."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    model: str
    data: DatasetKey
    num_train: Count
    num_validation: Count
    num_test: int = Field(ge=1)
    started_from: str
    """`scratch`, or what the first weights were."""
    test_accuracy: Fraction
    test_loss: Finite
    macro_f1: Fraction
    confusion: Annotated[list[Annotated[list[Count], TEN]], TEN]
    """Test images, [true class][answer], 10 by 10."""
    classes: Annotated[list[ClassMetrics], TEN]
    validation_accuracy: Fraction
    best_epoch: int
    epochs_done: int
    parameters: Count
    flops_per_image: Count
    """Forward pass, multiply and add counted apart."""
    cached_features: bool = False
    """Whether a phase trained the head on features that a frozen backbone had computed once."""
    train_seconds: Finite
    """Training with validation and the final test, pauses left out."""
    finished_at: str
    environment: Environment


def utc_now() -> str:
    """UTC, ISO 8601, to the millisecond: the order of the queue depends on it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
