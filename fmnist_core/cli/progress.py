"""Follow a run to its end: a progress bar on a terminal, plain lines elsewhere."""

import sys
import time
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from tqdm import tqdm

from fmnist_core.cli.command import CommandResult, data_title
from fmnist_core.errors import RunError
from fmnist_core.formatting import format_duration
from fmnist_core.jobs import queue
from fmnist_core.jobs.executors import status
from fmnist_core.runs import event_log
from fmnist_core.runs.run import Run, RunState
from fmnist_core.training.events import Epoch, LoggedEvent, Started, Step, TrainingWarning

POLL_SECONDS = 0.2
EXIT_REASON_SECONDS = 1.0
"""Time for the dispatcher to record why a worker died."""
INTERRUPTED = 130


def add_arguments(parser: ArgumentParser) -> None:
    """Add `--follow` and `--detach`."""
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument(
        "--follow", action="store_false", dest="detach", help="wait until the run ends (default)"
    )
    choice.add_argument("--detach", action="store_true", help="queue the run and return at once")
    parser.set_defaults(detach=False)


def follow_run(run: Run, follower: event_log.Follower, *, detach: bool) -> CommandResult:
    """Follow a queued run and return its result; if detached, return at once."""
    if detach:
        return CommandResult(
            facts={"run": run.id, "folder": str(run.path), "state": run.state()},
            lines=[f"{run.id} is queued; show it with: python -m fmnist_core runs show {run.id}"],
        )
    progress = Progress(run)
    try:
        watch_run(run, follower, progress)
    except KeyboardInterrupt:
        return interrupt_run(run, progress)
    finally:
        progress.close()
    return run_result(run)


def watch_run(run: Run, follower: event_log.Follower, progress: "Progress") -> None:
    """Print events as they arrive, until the run neither trains nor waits."""
    num_shown = 0
    while True:
        state = run.state()
        if state is RunState.QUEUED:
            progress.show_queue()
        events = follower.read()
        progress.show(events[num_shown:])
        num_shown = len(events)
        if state not in (RunState.QUEUED, RunState.RUNNING):
            break
        time.sleep(POLL_SECONDS)
    if state is RunState.INTERRUPTED:
        time.sleep(EXIT_REASON_SECONDS)


def interrupt_run(run: Run, progress: "Progress") -> CommandResult:
    """After Ctrl-C, stop the worker, or remove the run from the queue."""
    with suppress(RunError):
        if run.state() is RunState.QUEUED:
            queue.cancel_run(run)
            progress.write_line("Removed from the queue.")
        else:
            queue.control_run(run, "stop")
            progress.write_line(
                f"Stopping; resume with: python -m fmnist_core runs resume {run.id}"
            )
    return CommandResult(facts={"run": run.id, "state": "stopping"}, lines=[], status=INTERRUPTED)


def run_result(run: Run) -> CommandResult:
    """The result of a finished run, or the reason why there is none."""
    state = run.state()
    facts: dict[str, Any] = {"run": run.id, "folder": str(run.path), "state": state}
    if state is not RunState.FINISHED:
        reason = run.reason() if run.path.exists() else "Removed from the queue."
        facts["reason"] = reason
        return CommandResult(facts=facts, lines=[], failure=f"Run {run.id} is {state}: {reason}")
    report = run.report()
    facts |= {
        "data": report.data,
        "test_accuracy": report.test_accuracy,
        "test_loss": report.test_loss,
        "seconds": report.train_seconds,
    }
    return CommandResult(
        facts=facts,
        lines=[
            f"{run.id}: test accuracy {report.test_accuracy:.2%} on {data_title(report.data)}, "
            f"trained in {report.train_seconds:.1f} s"
        ],
    )


class Progress:
    """Show the progress of a run on stderr."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._epochs = run.recipe().total_epochs
        self._queue_text = self._problem = ""
        self._bar = tqdm(
            total=self._epochs,
            bar_format="{percentage:3.0f}%|{bar}|{postfix}",
            disable=not sys.stderr.isatty(),
            leave=False,
        )

    def show(self, events: list[LoggedEvent]) -> None:
        """Show new events."""
        for event in events:
            match event:
                case Started():
                    self.write_line(_start_sentence(event))
                case Step():
                    self._update_bar(event)
                case Epoch():
                    self.write_line(self._epoch_sentence(event))
                case TrainingWarning():
                    self.write_line(event.message)

    def show_queue(self) -> None:
        """Print the position in the queue when it changes, and why no run can start."""
        problem = status.read(self._run.path.parent).problem
        if problem and problem != self._problem:
            self.write_line(problem)
        self._problem = problem
        for entry in queue.list_queue(self._run.path.parent):
            text = f"Queue position {entry.position}"
            if entry.run == self._run and entry.starts_in > 0 and text != self._queue_text:
                self._queue_text = text
                self.write_line(f"{text}; starts in about {format_duration(entry.starts_in)}.")

    def write_line(self, sentence: str) -> None:
        """Print one line above the bar."""
        tqdm.write(sentence, file=sys.stderr)
        sys.stderr.flush()

    def close(self) -> None:
        self._bar.close()

    def _update_bar(self, step: Step) -> None:
        self._bar.n = min(step.epoch, self._epochs)
        self._bar.set_postfix_str(
            f"epoch {step.epoch:.1f} of {self._epochs}  loss {step.loss:.3f}  accuracy "
            f"{step.accuracy:.1%}  {step.images_per_second:,.0f} images/s  "
            f"{format_duration(step.eta_seconds)} left"
        )

    def _epoch_sentence(self, epoch: Epoch) -> str:
        return (
            f"epoch {epoch.epoch} of {self._epochs}  {epoch.seconds:6.1f} s  "
            f"training {epoch.train_loss:.3f} {epoch.train_accuracy:.2%}  "
            f"validation {epoch.validation_loss:.3f} {epoch.validation_accuracy:.2%}"
            f"{'  best so far' if epoch.best else ''}"
        )


def _start_sentence(started: Started) -> str:
    hardware = f"on {started.device} in {started.precision}"
    if started.step:
        return f"Resuming from step {started.step} {hardware}."
    return (
        f"Training {started.parameters:,} parameters on {started.num_train:,} images, "
        f"validating on {started.num_validation:,}, {hardware}."
    )
