"""The events that `fit` yields. All but `Snapshot` and `FitResult` are lines of `events.jsonl`.

The `type` strings and the keys of the fields are the format of that file: they never change.
"""

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from fmnist_core.fashion_mnist import NUM_CLASSES

if TYPE_CHECKING:
    from torch import Tensor

Count = Annotated[int, Field(ge=0, le=2**53)]
"""Charts compute with 64-bit floating-point numbers."""
Amount = Annotated[float, Field(ge=0, le=1e15, allow_inf_nan=False)]
"""Of epochs or seconds."""
ConfusionRow = Annotated[list[Count], Field(min_length=NUM_CLASSES, max_length=NUM_CLASSES)]


class _EventModel(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="ignore", validate_by_name=True, serialize_by_alias=True
    )


class Queued(_EventModel):
    """The run waits in the queue, for the first time or again."""

    type: Literal["queued"] = "queued"
    at: str
    """UTC, ISO 8601."""


class Started(_EventModel):
    """Training starts, at its first step or from a snapshot."""

    type: Literal["started"] = "started"
    step: Count
    """Steps already done; if above 0, training resumes from a snapshot and repeats later steps."""
    epoch: Amount = 0.0
    """Epochs already done, with a fraction."""
    seconds: Amount
    parameters: Count
    steps_per_epoch: Count
    num_train: Count
    num_validation: Count
    device: str
    precision: str
    threads: Count
    started_from: str
    """`scratch`, or a text that identifies the initial weights."""
    micro_batch: Count | None = None
    """Images per forward pass; fewer than the batch size if memory is short."""


class PhaseStarted(_EventModel):
    """A phase starts: other layers train, at another learning rate."""

    type: Literal["phase"] = "phase"
    step: Count
    epoch: Amount
    seconds: Amount
    number: Count
    """From 1."""
    trainable: str
    epochs: Count
    learning_rate: float
    schedule: str
    parameters: Count
    """How many parameters the phase trains."""
    cached_features: bool
    """Whether the head trains on features that the backbone computed once."""


class FeatureProgress(_EventModel):
    """How many images the frozen backbone has computed features for."""

    type: Literal["features"] = "features"
    step: Count
    epoch: Amount
    seconds: Amount
    done: Count
    """Images."""
    total: Count
    eta_seconds: Amount


class Step(_EventModel):
    """Progress within an epoch, about twice a second."""

    type: Literal["step"] = "step"
    step: Count
    epoch: Amount
    """Epochs done, with a fraction."""
    seconds: Amount
    """Training time so far, without pauses."""
    loss: float
    """Exponential moving average of the training loss over about 20 steps."""
    accuracy: float
    """The same average of the training accuracy, from 0 to 1."""
    learning_rate: float
    images_per_second: float
    eta_seconds: Amount


class Epoch(_EventModel):
    """The end of an epoch, with its validation metrics."""

    type: Literal["epoch"] = "epoch"
    step: Count
    epoch: Count
    """Epochs done, from 1."""
    seconds: Amount
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float
    confusion: Annotated[list[ConfusionRow], Field(min_length=NUM_CLASSES, max_length=NUM_CLASSES)]
    """Counts of validation images as [true class][predicted class], 10 by 10."""
    best: bool
    """Whether validation accuracy is the highest so far (in a tie, with a lower loss)."""


class ControlChanged(_EventModel):
    """A user changed the learning rate, or paused, resumed or stopped the run."""

    type: Literal["turned"] = "turned"
    step: Count
    epoch: Amount
    seconds: Amount
    control: Literal["learning rate", "pause", "go on", "one epoch", "stop"] = Field(alias="knob")
    value: float | None = Field(None, allow_inf_nan=False)
    """The new factor on the learning rate."""


class TrainingWarning(_EventModel):
    """Something that needs attention; training continues."""

    type: Literal["warned"] = "warned"
    step: Count
    epoch: Amount
    seconds: Amount
    message: str

    @classmethod
    def at_snapshot(cls, snapshot: "Snapshot | None", message: str) -> Self:
        """A warning at the point where training continues; without a snapshot, the beginning."""
        if snapshot is None:
            return cls(step=0, epoch=0, seconds=0.0, message=message)
        values = snapshot.values
        return cls(
            step=snapshot.step, epoch=values["epoch"], seconds=values["seconds"], message=message
        )


class Stopped(_EventModel):
    """The run was stopped, or its pause has given up its slot; it can be resumed."""

    type: Literal["stopped"] = "stopped"
    reason: str
    is_pause: bool = Field(default=False, exclude_if=operator.not_)
    """Whether a user paused it: it waits for them, without a process."""
    at: str | None = Field(default=None, exclude_if=operator.not_)
    """UTC, ISO 8601; `None` in logs of earlier versions."""


class Failed(_EventModel):
    """The run ended with an error."""

    type: Literal["failed"] = "failed"
    reason: str
    traceback: str


class Interrupted(_EventModel):
    """The worker process died; the run can be resumed from its last snapshot."""

    type: Literal["interrupted"] = "interrupted"
    reason: str


class Finished(_EventModel):
    """Training is finished, and the best weights have been tested once."""

    type: Literal["finished"] = "finished"
    step: Count
    seconds: Amount
    test_loss: float
    test_accuracy: float


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Everything needed to resume. Save it before asking `fit` for the next event.

    The tensors are the live ones, not copies: the next step changes them.
    """

    step: int
    tensors: Mapping[str, "Tensor"]
    values: Mapping[str, Any]
    """Everything that is not a tensor, serializable as JSON."""


@dataclass(frozen=True, kw_only=True)
class FitResult:
    """The last event of `fit`: what the training run produced."""

    weights: Mapping[str, "Tensor"]
    """The best by validation accuracy, on the CPU."""
    probabilities: "Tensor"
    """On the test set, float32 [N, 10], on the CPU."""
    finished: Finished
    validation_accuracy: float
    best_epoch: int
    epochs_done: int
    cached_features: bool
    """Whether a phase trained the head on features that the backbone computed once."""


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
"""One line of `events.jsonl`."""
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
_ADAPTER: TypeAdapter[LoggedEvent] = TypeAdapter(LoggedEvent)


def parse_line(line: bytes) -> LoggedEvent:
    """Parse one line of `events.jsonl`; raises pydantic's `ValidationError`."""
    return _ADAPTER.validate_json(line)
