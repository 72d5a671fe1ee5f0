"""Record a run while it trains: events to its folder, commands of users to the training."""

import time
from contextlib import suppress
from typing import Protocol

import torch

from fmnist_core import atomic
from fmnist_core.data import datasets
from fmnist_core.errors import RunError
from fmnist_core.jobs import queue
from fmnist_core.jobs.control import (
    PAUSE_LIMIT_SECONDS,
    STOPPED_BY_USER,
    CommandReader,
    ControlAction,
    ControlCommand,
)
from fmnist_core.jobs.executors.several_workers import Fit, fit_here
from fmnist_core.jobs.finished_report import build_report
from fmnist_core.runs import (
    epoch_checkpoints,
    event_log,
    leftovers,
    load_initial_weights,
    ood_detector,
    predictions,
    weights,
)
from fmnist_core.runs.report import utc_now
from fmnist_core.runs.run import Run
from fmnist_core.training.events import (
    ControlChanged,
    Epoch,
    Event,
    FitResult,
    Queued,
    Snapshot,
    Started,
    Stopped,
    TrainingWarning,
)
from fmnist_core.training.fit_options import FitControl

POLL_SECONDS = 0.1
PAUSE_CHECK_SECONDS = 1.0
"""How often a paused run looks whether another one waits."""


class CommandSource(Protocol):
    """Where the commands of users come from; see `CommandReader`."""

    def read(self) -> list[ControlCommand]: ...


class RunRecorder:
    """Write the events of `fit` to the run folder, and pass commands of users to `fit`."""

    def __init__(
        self,
        run: Run,
        commands: CommandSource | None = None,
        *,
        fit: Fit = fit_here,
        notice: str = "",
    ) -> None:
        self.run = run
        self.fit = fit
        self.recipe = run.recipe()
        self.control = FitControl()
        self.commands = commands or CommandReader(run.control_file)
        self.started: Started
        self.is_paused = False
        self.pause_after_epoch = False
        self.stopped: Stopped | Queued
        self.notice = notice
        """What users should know once training has started."""
        self.progress = {"step": 0, "epoch": 0.0, "seconds": 0.0}

    def train(self) -> None:
        """Train to the end, or until a user stops the run."""
        leftovers.remove_partial_files(self.run)
        self.data = datasets.load(self.recipe.data, train_images=self.recipe.train_images)
        snapshot = self.load_snapshot()
        initial = None
        if snapshot is not None:
            self.control.learning_rate_factor = snapshot.values["learning_rate_factor"]
        else:
            initial = load_initial_weights.load(self.recipe, self.run.path.parent)
        events = self.fit(
            self.recipe,
            self.data,
            initial=initial,
            teacher=load_initial_weights.load_teacher(self.recipe, self.run.path.parent),
            snapshot=snapshot,
            control=self.control,
        )
        for event in events:
            self.record(event)
            if not isinstance(event, Epoch):  # its snapshot comes next and is saved first
                self.apply_commands()
        if self.control.stop and not self.run.report_file.exists():
            self.run.append_event(self.stopped)

    def load_snapshot(self) -> Snapshot | None:
        """Load the last snapshot; without a readable one, training starts from the beginning."""
        try:
            snapshot = weights.load_snapshot(self.run)
        except RunError as error:
            self.notice = f"{error} So training has started again from the beginning."
            return None
        if snapshot and event_log.num_epochs(self.run.events_file) < snapshot.values["epoch"]:
            self.notice = "Part of the curves is missing: events.jsonl was cut short."
        return snapshot

    def record(self, event: Event) -> None:
        """Save a snapshot, write the report, or append the event to the log."""
        match event:
            case Snapshot():
                # Before the snapshot: a resume may save an epoch a second time, but must never
                # miss one.
                if epoch_checkpoints.should_save(self.recipe, self.started.parameters):
                    epoch_checkpoints.save(self.run, event)
                weights.save_snapshot(self.run, event)
                if self.pause_after_epoch:
                    self.pause_after_epoch = False
                    self.pause()
                return
            case FitResult():
                self.finish(event)
                return
            case Started():
                self.started = event
        self.run.append_event(event)
        self.progress = {name: getattr(event, name, old) for name, old in self.progress.items()}
        if self.notice and isinstance(event, Started):
            self.run.append_event(TrainingWarning(message=self.notice, **self.progress))
            self.notice = ""

    def apply_commands(self) -> None:
        """Apply new commands; while paused, wait for more, or make room for another run."""
        self.apply(self.commands.read())
        paused_since = last_check = time.monotonic()
        while self.is_paused and not self.control.stop:
            time.sleep(POLL_SECONDS)
            self.apply(self.commands.read())
            now = time.monotonic()
            if now - paused_since > PAUSE_LIMIT_SECONDS:
                self.end_pause("Paused for ten minutes.")
            elif now - last_check > PAUSE_CHECK_SECONDS:
                last_check = now
                if queue.needs_slot(self.run.path.parent):
                    self.end_pause("Paused; another run trains meanwhile.")

    def end_pause(self, reason: str) -> None:
        """End the process, after a snapshot; the run stays paused. A command has precedence."""
        if self.is_paused and not self.control.stop:
            self.control.stop = True
            self.stopped = Stopped(reason=reason, is_pause=True, at=utc_now())

    def make_room(self) -> None:
        """Stop after a snapshot, so that the run goes on elsewhere; it waits, or stays paused."""
        if self.is_paused:
            self.end_pause("Paused, and its job has ended.")
        elif not self.control.stop:
            self.control.stop = True
            self.stopped = Queued(at=utc_now())

    def apply(self, commands: list[ControlCommand]) -> None:
        for command in commands:
            match command.control:
                case "pause":
                    self.pause()
                case "go on":
                    self.resume("go on")
                case "one epoch":
                    self.resume("one epoch")
                    self.pause_after_epoch = True
                case "learning rate":
                    self.control.learning_rate_factor = command.value or 1.0
                case "stop":
                    self.stop(command.reason or STOPPED_BY_USER)

    def pause(self) -> None:
        if not self.is_paused:
            self.is_paused = True
            self.record_control("pause")

    def resume(self, control: ControlAction) -> None:
        self.is_paused = False
        self.record_control(control)

    def stop(self, reason: str) -> None:
        self.control.stop = True
        self.stopped = Stopped(reason=reason, at=utc_now())
        self.record_control("stop")

    def record_control(self, control: ControlAction) -> None:
        self.run.append_event(ControlChanged.model_validate({**self.progress, "knob": control}))

    def finish(self, result: FitResult) -> None:
        """Write the files of a finished run; the report comes last and marks it as complete."""
        run = self.run
        weights.write_tensors(run.weights_file, result.weights)
        weights.write_tensors(
            run.predictions_file,
            {
                predictions.PROBABILITIES: result.probabilities.half(),
                predictions.LABELS: torch.from_numpy(self.data.test_labels).byte(),
            },
        )
        ood_detector.fit_and_save(run, self.data)
        run.append_event(result.finished)
        report = build_report(self.recipe, self.started, result, self.data.test_labels)
        atomic.write_json(run.report_file, report.model_dump())
        with suppress(OSError):  # the next dispatcher tries again
            leftovers.remove_temporary_files(run)
