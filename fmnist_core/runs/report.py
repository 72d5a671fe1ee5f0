"""`report.json`: what a finished run achieved, at what cost, and where."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fmnist_core.data.datasets import DatasetKey
from fmnist_core.fashion_mnist import NUM_CLASSES

Finite = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Number = Annotated[int, Field(ge=0)]
TEN = Field(min_length=NUM_CLASSES, max_length=NUM_CLASSES)
"""One for each class."""


class ClassFigures(BaseModel):
    """How well one class is recognised on the test set."""

    model_config = ConfigDict(frozen=True)

    name: str
    precision: Share
    recall: Share
    f1: Share
    support: Number


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
    num_train: Number
    num_validation: Number
    num_test: int = Field(ge=1)
    started_from: str
    """`scratch`, or what the first weights were."""
    test_accuracy: Share
    test_loss: Finite
    macro_f1: Share
    confusion: Annotated[list[Annotated[list[Number], TEN]], TEN]
    """Test images, [true class][answer], 10 by 10."""
    classes: Annotated[list[ClassFigures], TEN]
    validation_accuracy: Share
    best_epoch: int
    epochs_done: int
    parameters: Number
    flops_per_image: Number
    """Forward pass, multiply and add counted apart."""
    cached_features: bool = False
    """Whether a phase trained the head on features that a frozen backbone had computed once."""
    train_seconds: Finite
    """Training with validation and the final test, pauses left out."""
    finished_at: str
    environment: Environment


def now() -> str:
    """UTC, ISO 8601, to the millisecond: the order of the queue depends on it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
