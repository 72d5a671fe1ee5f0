"""From a run's events to what is drawn: pure functions, without Streamlit."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from fmnist_core.training.events import (
    ControlChanged,
    Epoch,
    Failed,
    FeatureProgress,
    Finished,
    LoggedEvent,
    PhaseStarted,
    Started,
    Step,
    TrainingWarning,
)
from fmnist_core.training.phases import last_layers_text

Point = tuple[float, float]
Axis = Literal["epochs", "images", "seconds"]
MAX_POINTS = 400
"""Points of one curve; a chart on a laptop has no more pixels to show."""


@dataclass(frozen=True)
class Annotation:
    """Something that happened at one moment of a run."""

    epoch: float
    seconds: float
    label: str
    kind: Literal["knob", "phase"] = "knob"


@dataclass(frozen=True)
class History:
    """The events of one run, sorted by what they are for."""

    started: Started | None
    steps: tuple[Step, ...]
    epochs: tuple[Epoch, ...]
    marks: tuple[Annotation, ...]
    warnings: tuple[str, ...]
    paused: bool
    learning_rate_factor: float
    finished: Finished | None
    failed: Failed | None
    phases: tuple[PhaseStarted, ...]
    """Those that have begun, in order."""
    features: FeatureProgress | None
    """How far the frozen backbone is, while that is the last that was heard."""

    @property
    def best(self) -> Epoch | None:
        """The epoch whose weights are kept."""
        return next((epoch for epoch in reversed(self.epochs) if epoch.best), None)

    @property
    def last(self) -> Step | Epoch | None:
        """The latest sign of life."""
        ends: list[Step | Epoch] = [*self.steps[-1:], *self.epochs[-1:]]
        return max(ends, key=lambda event: event.seconds, default=None)

    @property
    def epochs_done(self) -> float:
        return float(self.last.epoch) if self.last else 0.0

    @property
    def seconds(self) -> float:
        """Training time until its last event."""
        ends = [event.seconds for event in (self.last, self.features, self.finished) if event]
        return max(ends, default=0.0)

    def at(self, event: Step | Epoch | Annotation, axis: Axis) -> float:
        """Where one of its events lies on the axis."""
        if axis == "seconds":
            return float(event.seconds)
        per_epoch = self.started.num_train if axis == "images" and self.started else 1
        return float(event.epoch * per_epoch)


def build_history(events: Sequence[LoggedEvent]) -> History:
    """Sort out the events of one run."""
    turned = [event for event in events if isinstance(event, ControlChanged)]
    warned = [event for event in events if isinstance(event, TrainingWarning)]
    steps = tuple(event for event in events if isinstance(event, Step))
    epochs = tuple(event for event in events if isinstance(event, Epoch))
    failed = next((event for event in reversed(events) if isinstance(event, Failed)), None)
    marks = [Annotation(event.epoch, event.seconds, control_label(event)) for event in turned]
    marks += [Annotation(event.epoch, event.seconds, "warning") for event in warned]
    if failed and steps:
        marks.append(Annotation(steps[-1].epoch, steps[-1].seconds, "failed"))
    factors = [event.value for event in turned if event.knob == "learning rate"]
    phases = _phases(events)
    if len(phases) > 1:
        marks += [
            Annotation(event.epoch, event.seconds, phase_label(event), "phase") for event in phases
        ]
    last = events[-1] if events else None
    return History(
        started=next((event for event in reversed(events) if isinstance(event, Started)), None),
        steps=steps,
        epochs=epochs,
        marks=tuple(sorted(marks, key=lambda mark: mark.seconds)),
        warnings=tuple(event.message for event in warned),
        paused=_is_paused(events),
        learning_rate_factor=(factors[-1:] or [None])[0] or 1.0,
        finished=next((event for event in events if isinstance(event, Finished)), None),
        failed=failed,
        phases=phases,
        features=last if isinstance(last, FeatureProgress) else None,
    )


def _is_paused(events: Sequence[LoggedEvent]) -> bool:
    """Whether the last that was asked for is a pause; a resumed run begins without one."""
    for event in reversed(events):
        if isinstance(event, Started):
            return False
        if isinstance(event, ControlChanged) and event.knob in ("pause", "go on", "one epoch"):
            return event.knob == "pause"
    return False


def control_label(event: ControlChanged) -> str:
    """What the chart writes where a knob was turned."""
    if event.knob == "learning rate" and event.value is not None:
        return f"rate ×{event.value:g}"
    return event.knob


def _phases(events: Sequence[LoggedEvent]) -> tuple[PhaseStarted, ...]:
    """Each once: a resume at its very beginning says it again."""
    began = [event for event in events if isinstance(event, PhaseStarted)]
    return tuple({event.number: event for event in began}.values())


def phase_label(event: PhaseStarted) -> str:
    """What the chart writes where a phase begins: `head alone`, `last 10 layers`, `everything`."""
    words = {"head": "head alone", "everything": "everything"}
    return words.get(event.trainable) or last_layers_text(event.trainable)


def events_until(events: Sequence[LoggedEvent], seconds: float) -> list[LoggedEvent]:
    """What had happened after so much training time: a replay's view."""
    return [event for event in events if getattr(event, "seconds", math.inf) <= seconds]


def smooth(values: Sequence[float], strength: float) -> list[float]:
    """Running mean that keeps `strength` (0 to 1) of the past, not pulled towards its start."""
    smoothed, mean, weight = [], 0.0, 0.0
    for value in values:
        mean = strength * mean + (1 - strength) * value
        weight = strength * weight + (1 - strength)
        smoothed.append(mean / weight)
    return smoothed


def downsample(points: Sequence[Point], most: int = MAX_POINTS) -> list[Point]:
    """At most `most` points, evenly chosen, the last among them."""
    stride = math.ceil(len(points) / most) or 1
    return list(points[(len(points) - 1) % stride :: stride])


def training_curve(
    past: History, figure: Literal["loss", "accuracy"], *, axis: Axis, smoothing: float
) -> list[Point]:
    """Points of the training curve; from epochs where it was too quick for step events."""
    if len(past.steps) > 1:
        steps = [step for step in past.steps if math.isfinite(step.loss)]
        values = smooth([getattr(step, figure) for step in steps], smoothing)
        return downsample(
            [
                (past.axis_value(step, axis), value)
                for step, value in zip(steps, values, strict=True)
            ]
        )
    return _epoch_curve(past, f"train_{figure}", axis)


def validation_curve(
    past: History, figure: Literal["loss", "accuracy"], *, axis: Axis
) -> list[Point]:
    """A point for each epoch."""
    return _epoch_curve(past, f"validation_{figure}", axis)


def step_curve(
    past: History, figure: Literal["learning_rate", "images_per_second"], *, axis: Axis
) -> list[Point]:
    """Any other figure of the step events."""
    return downsample([(past.axis_value(step, axis), getattr(step, figure)) for step in past.steps])


def _epoch_curve(past: History, figure: str, axis: Axis) -> list[Point]:
    points = [(past.axis_value(epoch, axis), getattr(epoch, figure)) for epoch in past.epochs]
    return [point for point in points if math.isfinite(point[1])]
