"""Follow a run's journal to its end: a progress bar on a terminal, plain lines elsewhere."""

import sys
import time
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from tqdm import tqdm

from fmnist_core.cli.command import CommandResult, data_title, duration
from fmnist_core.errors import RunError
from fmnist_core.jobs import control, queue
from fmnist_core.runs import event_log
from fmnist_core.runs.run import Run, RunState
from fmnist_core.training.events import Epoch, LoggedEvent, Started, Step, TrainingWarning

POLL_SECONDS = 0.2
LAST_WORD_SECONDS = 1.0
"""What a dispatcher may take to write down why a worker died."""
INTERRUPTED = 130


def add_arguments(parser: ArgumentParser) -> None:
    """`--follow` or `--detach`."""
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument(
        "--follow", action="store_false", dest="detach", help="wait for its end (the default)"
    )
    choice.add_argument("--detach", action="store_true", help="queue it and return at once")
    parser.set_defaults(detach=False)


def answer(run: Run, follower: event_log.Follower, *, detach: bool) -> CommandResult:
    """What became of a queued run, at its end or (detached) now."""
    if detach:
        return CommandResult(
            facts={"run": run.id, "folder": str(run.path), "state": run.state()},
            lines=[f"{run.id} is queued; see it with: python -m fmnist_core runs show {run.id}"],
        )
    progress = Progress(run)
    try:
        watch(run, follower, progress)
    except KeyboardInterrupt:
        return interrupted(run, progress)
    finally:
        progress.close()
    return outcome(run)


def watch(run: Run, follower: event_log.Follower, progress: "Progress") -> None:
    """Show events as they come, until nobody trains the run nor will."""
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
        time.sleep(LAST_WORD_SECONDS)


def interrupted(run: Run, progress: "Progress") -> CommandResult:
    """Ctrl-C: ask the worker to stop, or give up the place in the queue."""
    with suppress(RunError):
        if run.state() is RunState.QUEUED:
            queue.cancel_run(run)
            progress.say("Taken out of the queue.")
        else:
            control.send_command(run, "stop")
            progress.say(f"Stopping; go on with: python -m fmnist_core runs resume {run.id}")
    return CommandResult(facts={"run": run.id, "state": "stopping"}, lines=[], status=INTERRUPTED)


def outcome(run: Run) -> CommandResult:
    """The result of a run that came to its end, or why there is none."""
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
    """Tells on stderr how a run is going."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._epochs = run.recipe().total_epochs
        self._place = ""
        self._bar = tqdm(
            total=self._epochs,
            bar_format="{percentage:3.0f}%|{bar}|{postfix}",
            disable=not sys.stderr.isatty(),
            leave=False,
        )

    def show(self, events: list[LoggedEvent]) -> None:
        """Take in what is new."""
        for event in events:
            match event:
                case Started():
                    self.say(_start_sentence(event))
                case Step():
                    self._move(event)
                case Epoch():
                    self.say(self._epoch_sentence(event))
                case TrainingWarning():
                    self.say(event.message)

    def show_queue(self) -> None:
        """Say which place it has, when that is news and somebody is before it."""
        entries = [entry for entry in queue.list_queue(self._run.path.parent) if entry.starts_in > 0]
        for entry in entries:
            place = f"Waits at place {entry.position}"
            if entry.run == self._run and place != self._place:
                self._place = place
                self.say(f"{place}; starts in about {duration(entry.starts_in)}.")

    def say(self, sentence: str) -> None:
        """One line above the bar."""
        tqdm.write(sentence, file=sys.stderr)
        sys.stderr.flush()

    def close(self) -> None:
        self._bar.close()

    def _move(self, step: Step) -> None:
        self._bar.n = min(step.epoch, self._epochs)
        self._bar.set_postfix_str(
            f"epoch {step.epoch:.1f} of {self._epochs}  loss {step.loss:.3f}  accuracy "
            f"{step.accuracy:.1%}  {step.images_per_second:,.0f} images/s  "
            f"{duration(step.eta_seconds)} left"
        )

    def _epoch_sentence(self, epoch: Epoch) -> str:
        return (
            f"epoch {epoch.epoch} of {self._epochs}  {epoch.seconds:6.1f} s  "
            f"training {epoch.train_loss:.3f} {epoch.train_accuracy:.2%}  "
            f"validation {epoch.validation_loss:.3f} {epoch.validation_accuracy:.2%}"
            f"{'  best so far' if epoch.best else ''}"
        )


def _start_sentence(started: Started) -> str:
    where = f"on {started.device} in {started.precision}"
    if started.step:
        return f"Goes on from step {started.step} {where}."
    return (
        f"Trains {started.parameters:,} parameters on {started.num_train:,} images, "
        f"validated on {started.num_validation:,}, {where}."
    )
