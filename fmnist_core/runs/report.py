"""`report.json`: test metrics, cost and environment of a finished run."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fmnist_core.data.datasets import DatasetKey
from fmnist_core.fashion_mnist import NUM_CLASSES
from fmnist_core.training.events import Amount, Count

Finite = Annotated[float, Field(allow_inf_nan=False)]
Fraction = Annotated[float, Field(ge=0, le=1)]
TEN = Field(min_length=NUM_CLASSES, max_length=NUM_CLASSES)
"""One entry per class."""


class ClassMetrics(BaseModel):
    """Test metrics of one class."""

    model_config = ConfigDict(frozen=True)

    name: str
    precision: Fraction
    recall: Fraction
    f1: Fraction
    support: Count


class Environment(BaseModel):
    """Hardware and software used for training."""

    model_config = ConfigDict(frozen=True)

    device: str
    """Readable name of the processor or GPU."""
    precision: str
    threads: Count
    python: str
    torch: str
    system: str


class Report(BaseModel):
    """Everything measured; accuracies from 0 to 1, loss in nats, times in seconds."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    model: str
    data: DatasetKey
    num_train: Count
    num_validation: Count
    num_test: int = Field(ge=1, le=2**53)
    started_from: str
    """`scratch`, or a description of the initial weights."""
    test_accuracy: Fraction
    test_loss: Finite
    macro_f1: Fraction
    confusion: Annotated[list[Annotated[list[Count], TEN]], TEN]
    """Counts of test images as [true class][predicted class], 10 by 10."""
    classes: Annotated[list[ClassMetrics], TEN]
    validation_accuracy: Fraction
    best_epoch: Count
    epochs_done: Count
    parameters: Count
    flops_per_image: Count
    """Forward pass; a multiply-add counts as two."""
    cached_features: bool = False
    """Whether a phase trained the head on precomputed features of a frozen backbone."""
    train_seconds: Amount
    """Training with validation and the final test, without pauses."""
    finished_at: str
    environment: Environment


def utc_now() -> str:
    """The current time in UTC, ISO 8601, to the millisecond, which the queue is ordered by."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
