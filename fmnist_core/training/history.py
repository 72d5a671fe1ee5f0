"""The history of a run, and its curves: pure functions of its events."""

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
CONTROL_LABELS = {"pause": "paused", "stop": "stopped"}
"""Controls, besides the learning rate, that charts mark; the others only undo a pause."""
PHASE_LABELS = {"head": "head alone", "everything": "everything"}


@dataclass(frozen=True)
class Annotation:
    """A labeled moment of a run, which charts mark with a line."""

    epoch: float
    seconds: float
    label: str
    kind: Literal["setting", "pause", "phase", "warning"] = "setting"


@dataclass(frozen=True)
class History:
    """The events of one run, grouped by purpose."""

    started: Started | None
    steps: tuple[Step, ...]
    epochs: tuple[Epoch, ...]
    annotations: tuple[Annotation, ...]
    warnings: tuple[str, ...]
    is_paused: bool
    learning_rate_factor: float
    finished: Finished | None
    failed: Failed | None
    phases: tuple[PhaseStarted, ...]
    """The phases that have started, in order."""
    feature_progress: FeatureProgress | None
    """Progress of the frozen backbone, while it is computing features."""

    @property
    def best(self) -> Epoch | None:
        """The epoch whose weights are the run's result so far."""
        return next((epoch for epoch in reversed(self.epochs) if epoch.best), None)

    @property
    def last(self) -> Step | Epoch | None:
        """The latest step or epoch."""
        candidates: list[Step | Epoch] = [*self.steps[-1:], *self.epochs[-1:]]
        return max(candidates, key=lambda event: event.seconds, default=None)

    @property
    def epochs_done(self) -> float:
        """With a fraction."""
        return float(self.last.epoch) if self.last else 0.0

    @property
    def seconds(self) -> float:
        """Training time until the last event."""
        last_events = (self.last, self.feature_progress, self.finished)
        return max((event.seconds for event in last_events if event), default=0.0)

    def axis_value(self, event: Step | Epoch | Annotation, axis: Axis) -> float:
        """Position of an event on an axis."""
        if axis == "seconds":
            return float(event.seconds)
        per_epoch = self.started.num_train if axis == "images" and self.started else 1
        return float(event.epoch * per_epoch)


def build_history(events: Sequence[LoggedEvent]) -> History:
    """Group the events of one run."""
    control_changes = [event for event in events if isinstance(event, ControlChanged)]
    warnings = [event for event in events if isinstance(event, TrainingWarning)]
    steps = tuple(event for event in events if isinstance(event, Step))
    failed = next((event for event in reversed(events) if isinstance(event, Failed)), None)
    phases = _phases(events)
    annotations = [
        annotation for event in control_changes if (annotation := _control_annotation(event))
    ]
    annotations += [
        Annotation(event.epoch, event.seconds, "warning", "warning") for event in warnings
    ]
    if failed and steps:
        annotations.append(Annotation(steps[-1].epoch, steps[-1].seconds, "failed", "warning"))
    if len(phases) > 1:
        annotations += [
            Annotation(event.epoch, event.seconds, phase_label(event), "phase") for event in phases
        ]
    factors = [event.value for event in control_changes if event.control == "learning rate"]
    last_event = events[-1] if events else None
    return History(
        started=next((event for event in reversed(events) if isinstance(event, Started)), None),
        steps=steps,
        epochs=tuple(event for event in events if isinstance(event, Epoch)),
        annotations=tuple(sorted(annotations, key=lambda annotation: annotation.seconds)),
        warnings=tuple(event.message for event in warnings),
        is_paused=_is_paused(events),
        learning_rate_factor=(factors[-1] if factors else None) or 1.0,
        finished=next((event for event in events if isinstance(event, Finished)), None),
        failed=failed,
        phases=phases,
        feature_progress=last_event if isinstance(last_event, FeatureProgress) else None,
    )


def _is_paused(events: Sequence[LoggedEvent]) -> bool:
    """Whether the last command was to pause; a resumed run starts without a pause."""
    for event in reversed(events):
        if isinstance(event, Started):
            return False
        if isinstance(event, ControlChanged) and event.control in ("pause", "go on", "one epoch"):
            return event.control == "pause"
    return False


def _control_annotation(event: ControlChanged) -> Annotation | None:
    """What a chart marks of a control change, if anything."""
    if event.control == "learning rate" and event.value is not None:
        return Annotation(event.epoch, event.seconds, f"learning rate ×{event.value:g}")
    label = CONTROL_LABELS.get(event.control)
    return Annotation(event.epoch, event.seconds, label, "pause") if label else None


def _phases(events: Sequence[LoggedEvent]) -> tuple[PhaseStarted, ...]:
    """One event per phase: a resume at the start of a phase logs it again."""
    started = [event for event in events if isinstance(event, PhaseStarted)]
    return tuple({event.number: event for event in started}.values())


def phase_label(event: PhaseStarted) -> str:
    """Label of a phase in a chart: `head alone`, `last 10 layers`, `everything`."""
    return PHASE_LABELS.get(event.trainable) or last_layers_text(event.trainable)


def events_until(events: Sequence[LoggedEvent], seconds: float) -> list[LoggedEvent]:
    """The events of the first `seconds` of training, for a replay."""
    return [event for event in events if getattr(event, "seconds", math.inf) <= seconds]


def smooth(values: Sequence[float], strength: float) -> list[float]:
    """Exponential moving average with decay `strength` (0 to 1), corrected for its start at 0."""
    smoothed, mean, weight = [], 0.0, 0.0
    for value in values:
        mean = strength * mean + (1 - strength) * value
        weight = strength * weight + (1 - strength)
        smoothed.append(mean / weight)
    return smoothed


def downsample(points: Sequence[Point], max_points: int = MAX_POINTS) -> list[Point]:
    """At most `max_points` points, evenly spaced, including the last one."""
    stride = math.ceil(len(points) / max_points) or 1
    return list(points[(len(points) - 1) % stride :: stride])


def training_curve(
    history: History, metric: Literal["loss", "accuracy"], *, axis: Axis, smoothing: float
) -> list[Point]:
    """Points of the training curve; one per epoch if the run was too short for step events."""
    if len(history.steps) > 1:
        steps = [step for step in history.steps if math.isfinite(step.loss)]
        xs = [history.axis_value(step, axis) for step in steps]
        values = smooth([getattr(step, metric) for step in steps], smoothing)
        return downsample(list(zip(xs, values, strict=True)))
    return _epoch_curve(history, f"train_{metric}", axis)


def validation_curve(
    history: History, metric: Literal["loss", "accuracy"], *, axis: Axis
) -> list[Point]:
    """One point per epoch."""
    return _epoch_curve(history, f"validation_{metric}", axis)


def step_curve(
    history: History, metric: Literal["learning_rate", "images_per_second"], *, axis: Axis
) -> list[Point]:
    """Points of any other metric of the step events."""
    return downsample(
        [(history.axis_value(step, axis), getattr(step, metric)) for step in history.steps]
    )


def _epoch_curve(history: History, metric: str, axis: Axis) -> list[Point]:
    points = [(history.axis_value(epoch, axis), getattr(epoch, metric)) for epoch in history.epochs]
    return [(x, value) for x, value in points if math.isfinite(value)]
