"""The process that trains one run: `python -m fmnist_core.jobs.worker RUN-FOLDER SLOT`.

It takes the slot, then the run, and lets go of both when it ends, however it ends.
"""

import platform
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path

import psutil
import torch
from filelock import FileLock, Timeout

from fmnist_core import atomic
from fmnist_core.data import datasets
from fmnist_core.errors import LabError
from fmnist_core.evaluation import metrics
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.jobs import slots
from fmnist_core.jobs.control import PAUSE_LIMIT_SECONDS, CommandReader, ControlCommand
from fmnist_core.runs import (
    epoch_checkpoints,
    event_log,
    load_initial_weights,
    ood_detector,
    predictions,
    weights,
)
from fmnist_core.runs.report import ClassMetrics, Environment, Report, utc_now
from fmnist_core.runs.run import Run
from fmnist_core.training.events import (
    ControlChanged,
    Epoch,
    Event,
    Failed,
    FitResult,
    Queued,
    Snapshot,
    Started,
    Stopped,
)
from fmnist_core.training.fit_options import FitControl
from fmnist_core.training.loop import fit
from fmnist_core.training.measure_cost import flops_per_image

POLL_SECONDS = 0.1
LOCK_SECONDS = 5
"""Others look at these locks for moments; whoever keeps one longer has it."""


def main(run: Run, slot: str) -> None:
    """Train `run` in `slot`, if both are to be had and the run still waits."""
    lower_priority()
    if not is_waiting(run):
        return  # before a lock makes the folder of a deleted run anew
    try:
        with (
            FileLock(slots.slot_lock(run.path.parent, slot)).acquire(timeout=LOCK_SECONDS),
            run.lock().acquire(timeout=LOCK_SECONDS),
        ):
            if is_waiting(run):
                train_run(run)
    except Timeout:
        print("Another process trains this run or has its slot.", file=sys.stderr)


def is_waiting(run: Run) -> bool:
    """Whether it waits to be trained: somebody may have cancelled it while torch was loaded."""
    last = event_log.last_event(run.events_file)
    waits = last is None or isinstance(last, Queued)
    return waits and run.recipe_file.exists() and not run.report_file.exists()


def lower_priority() -> None:
    """The app answers first; training takes what is left."""
    process = psutil.Process()
    process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if sys.platform == "win32" else 10)


def train_run(run: Run) -> None:
    """Consume `fit`; whatever goes wrong is written down as the run's end."""
    try:
        RunRecorder(run).train()
    except LabError as error:
        record_failure(run, str(error))
    except torch.cuda.OutOfMemoryError:
        record_failure(run, "The GPU's memory ran out; try half the batch size.")
    except MemoryError:
        record_failure(run, "Memory ran out; try half the batch size.")
    except OSError as error:
        record_failure(
            run,
            f"The run could not be written: {error.strerror or error}. Free some "
            "space, then resume it.",
        )
    except Exception as error:  # the class sees a sentence, the traceback is one click away
        record_failure(run, f"Training ended with an error: {type(error).__name__}: {error}")


def record_failure(run: Run, reason: str) -> None:
    """Write the end down; on a full disk nothing can be, and the state still tells."""
    details = traceback.format_exc()
    print(details, file=sys.stderr)
    with suppress(OSError):
        run.append_event(Failed(reason=reason, traceback=details))


class RunRecorder:
    """Passes events from `fit` to the run folder, and the class's commands to `fit`."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.recipe = run.recipe()
        self.control = FitControl()
        self.inbox = CommandReader(run.control_file)
        self.started: Started
        self.is_paused = False
        self.pause_after_epoch = False
        self.place = {"step": 0, "epoch": 0.0, "seconds": 0.0}

    def train(self) -> None:
        """To its end, or to the snapshot where somebody stopped it."""
        self.data = datasets.load(self.recipe.data, train_images=self.recipe.train_images)
        snapshot = weights.load_snapshot(self.run)
        first = None
        if snapshot is not None:
            self.control.learning_rate_factor = snapshot.values["learning_rate_factor"]
        else:
            first = load_initial_weights.load_initial_weights(self.recipe, self.run.path.parent)
        events = fit(self.recipe, self.data, initial=first, snapshot=snapshot, control=self.control)
        for event in events:
            self.keep(event)
            if not isinstance(event, Epoch):  # its snapshot comes next and is kept first
                self.obey()
        if self.control.stop and not self.run.report_file.exists():
            self.run.append_event(Stopped(reason=self.stop_reason))

    def keep(self, event: Event) -> None:
        """Save a snapshot, write a report, or append a line."""
        match event:
            case Snapshot():
                # Before the snapshot: an epoch that a resume does again may be kept already, one
                # that it goes on from may not be missing.
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
        self.place = {name: getattr(event, name, old) for name, old in self.place.items()}

    def obey(self) -> None:
        """Take commands; while paused, wait for more of them."""
        self.take(self.inbox.read())
        waited_since = time.monotonic()
        while self.is_paused and not self.control.stop:
            time.sleep(POLL_SECONDS)
            self.take(self.inbox.read())
            if time.monotonic() - waited_since > PAUSE_LIMIT_SECONDS:
                self.stop("It was paused for ten minutes and gave its place to the next run.")

    def take(self, commands: list[ControlCommand]) -> None:
        for command in commands:
            match command.knob:
                case "pause":
                    self.pause()
                case "go on":
                    self.go_on("go on")
                case "one epoch":
                    self.go_on("one epoch")
                    self.pause_after_epoch = True
                case "learning rate":
                    self.control.learning_rate_factor = command.value or 1.0
                case "stop":
                    self.stop("Somebody stopped it.")

    def pause(self) -> None:
        if not self.is_paused:
            self.is_paused = True
            self.note("pause")

    def go_on(self, knob: str) -> None:
        self.is_paused = False
        self.note(knob)

    def stop(self, reason: str) -> None:
        self.control.stop = True
        self.stop_reason = reason
        self.note("stop")

    def note(self, knob: str) -> None:
        self.run.append_event(ControlChanged.model_validate({**self.place, "knob": knob}))

    def finish(self, outcome: FitResult) -> None:
        """Write what a finished run consists of; the report comes last and says it is whole."""
        run = self.run
        weights.write_tensors(run.weights_file, outcome.weights)
        weights.write_tensors(
            run.predictions_file,
            {
                predictions.PROBABILITIES: outcome.probabilities.half(),
                predictions.LABELS: torch.from_numpy(self.data.test_labels).byte(),
            },
        )
        ood_detector.fit_and_save(run, self.data)
        run.append_event(outcome.finished)
        report = self.report(outcome)
        atomic.write_json(run.report_file, report.model_dump())
        leftovers = (run.snapshot_file, run.control_file, run.environment_file, run.log_file)
        for leftover in leftovers:
            leftover.unlink(missing_ok=True)
        with suppress(OSError):  # somebody put a file of theirs there: it stays
            run.snapshot_file.parent.rmdir()

    def report(self, outcome: FitResult) -> Report:
        answers = outcome.probabilities.argmax(dim=1).numpy()
        confusion = metrics.confusion_matrix(self.data.test_labels, answers)
        figures = metrics.class_metrics(confusion)
        return Report(
            model=self.recipe.model,
            data=self.recipe.data,
            num_train=self.started.num_train,
            num_validation=self.started.num_validation,
            num_test=len(self.data.test_labels),
            started_from=self.started.started_from,
            test_accuracy=outcome.finished.test_accuracy,
            test_loss=outcome.finished.test_loss,
            macro_f1=float(figures["f1"].mean()),
            confusion=confusion.tolist(),
            classes=[
                ClassMetrics(name=name, **{key: value[label] for key, value in figures.items()})
                for label, name in enumerate(CLASSES)
            ],
            validation_accuracy=outcome.validation_accuracy,
            best_epoch=outcome.best_epoch,
            epochs_done=outcome.epochs_done,
            parameters=self.started.parameters,
            flops_per_image=flops_per_image(self.recipe),
            cached_features=outcome.cached_features,
            train_seconds=outcome.finished.seconds,
            finished_at=utc_now(),
            environment=Environment(
                device=self.started.device,
                precision=self.started.precision,
                threads=self.started.threads,
                python=platform.python_version(),
                torch=torch.__version__,
                system=platform.platform(terse=True),
            ),
        )


if __name__ == "__main__":
    main(Run(Path(sys.argv[1])), sys.argv[2])
