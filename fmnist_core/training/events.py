"""What `fit` yields. All but `Snapshot` are lines of a run's `events.jsonl`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

if TYPE_CHECKING:
    from torch import Tensor


class _BaseEvent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Queued(_BaseEvent):
    """It waits for its turn (again)."""

    type: Literal["queued"] = "queued"
    at: str
    """UTC, ISO 8601."""


class Started(_BaseEvent):
    """Training begins, from its first step or from a snapshot."""

    type: Literal["started"] = "started"
    step: int
    """Steps already done; above 0 it goes on from a snapshot, and what came after is void."""
    epoch: float = 0.0
    """Epochs already done, with a fraction."""
    seconds: float
    parameters: int
    steps_per_epoch: int
    num_train: int
    num_validation: int
    device: str
    precision: str
    threads: int
    started_from: str
    """`scratch`, or what the first weights truly were."""
    micro_batch: int | None = None
    """Images that go through the model at a time; fewer than a batch where memory is short."""


class PhaseStarted(_BaseEvent):
    """From here on other layers learn, at another rate."""

    type: Literal["phase"] = "phase"
    step: int
    epoch: float
    seconds: float
    number: int
    """From 1."""
    trainable: str
    epochs: int
    learning_rate: float
    schedule: str
    parameters: int
    """How many numbers learn in it."""
    cached_features: bool
    """Whether the backbone runs once over each image and the head trains on what it gave."""


class FeatureProgress(_BaseEvent):
    """How far the backbone is with what the head will train on."""

    type: Literal["features"] = "features"
    step: int
    epoch: float
    seconds: float
    done: int
    """Images."""
    total: int
    eta_seconds: float


class Step(_BaseEvent):
    """How it is going, about twice a second."""

    type: Literal["step"] = "step"
    step: int
    epoch: float
    """Epochs done, with a fraction."""
    seconds: float
    """Training time so far, pauses left out."""
    loss: float
    """Running mean of the training loss, weighted towards the last 20 steps or so."""
    accuracy: float
    """Running mean of the training accuracy, likewise, 0 to 1."""
    learning_rate: float
    images_per_second: float
    eta_seconds: float


class Epoch(_BaseEvent):
    """One pass over the training set, and how well it does on validation."""

    type: Literal["epoch"] = "epoch"
    step: int
    epoch: int
    """Epochs done, from 1."""
    seconds: float
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float
    confusion: list[list[int]]
    """Validation images, [true class][answer], 10 by 10."""
    best: bool
    """Whether validation accuracy was never better (at a tie, the lower loss)."""


class ControlChanged(_BaseEvent):
    """Somebody turned a knob while it ran."""

    type: Literal["turned"] = "turned"
    step: int
    epoch: float
    seconds: float
    knob: Literal["learning rate", "pause", "go on", "one epoch", "stop"]
    value: float | None = None


class TrainingWarning(_BaseEvent):
    """Something that a class should look at; training goes on."""

    type: Literal["warned"] = "warned"
    step: int
    epoch: float
    seconds: float
    message: str


class Stopped(_BaseEvent):
    """Somebody stopped it; it can be resumed."""

    type: Literal["stopped"] = "stopped"
    reason: str


class Failed(_BaseEvent):
    """It ended with an error."""

    type: Literal["failed"] = "failed"
    reason: str
    traceback: str


class Interrupted(_BaseEvent):
    """Its process died; it can be resumed from its last snapshot."""

    type: Literal["interrupted"] = "interrupted"
    reason: str


class Finished(_BaseEvent):
    """The best weights have been tested once."""

    type: Literal["finished"] = "finished"
    step: int
    seconds: float
    test_loss: float
    test_accuracy: float


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Everything that a resume needs; save it before asking `fit` for more.

    The tensors are the live ones, not copies: they change with the next step.
    """

    step: int
    tensors: Mapping[str, "Tensor"]
    values: Mapping[str, Any]
    """What is no tensor, ready for JSON."""


@dataclass(frozen=True, kw_only=True)
class FitResult:
    """The last thing that `fit` yields: what it made, for whoever keeps it."""

    weights: Mapping[str, "Tensor"]
    """The best by validation accuracy, on the CPU."""
    probabilities: "Tensor"
    """On the test set, float32 [N, 10], on the CPU."""
    finished: Finished
    validation_accuracy: float
    best_epoch: int
    epochs_done: int
    cached_features: bool
    """Whether a phase trained the head on features that were computed once."""


LoggedEvent = Annotated[
    Queued
    | Started
    | PhaseStarted
    | FeatureProgress
    | Step
    | Epoch
    | ControlChanged
    | TrainingWarning
    | Stopped
    | Failed
    | Interrupted
    | Finished,
    Field(discriminator="type"),
]
Event = (
    Started
    | PhaseStarted
    | FeatureProgress
    | Step
    | Epoch
    | ControlChanged
    | TrainingWarning
    | Snapshot
    | FitResult
)
"""What `fit` yields."""
_LINES: TypeAdapter[LoggedEvent] = TypeAdapter(LoggedEvent)


def parse_line(line: bytes) -> LoggedEvent:
    """The event of one JSON line; raises pydantic's `ValidationError`."""
    return _LINES.validate_json(line)
