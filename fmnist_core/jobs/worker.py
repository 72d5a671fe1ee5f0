"""The process that trains one run: `python -m fmnist_core.jobs.worker RUN-FOLDER SLOT`.

It locks the slot, then the run; both locks are released when the process ends, for any reason.
"""

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from filelock import Timeout

from fmnist_core.errors import LabError, RunError
from fmnist_core.jobs import queue, slots, turns
from fmnist_core.jobs.control import CommandReader
from fmnist_core.jobs.executors.executor import RunInterruptedError
from fmnist_core.jobs.executors.several_workers import Fit, fit_here
from fmnist_core.jobs.run_recorder import CommandSource, RunRecorder
from fmnist_core.runs import event_log
from fmnist_core.runs.run import Run, RunState
from fmnist_core.training import memory
from fmnist_core.training.events import Failed, Interrupted, Queued

LOCK_TIMEOUT_SECONDS = 5
"""Probes hold these locks only briefly; a longer hold means they are taken."""


def main(run: Run, slot: str) -> None:
    """Train `run` in `slot`, if both are free and the run still waits."""
    lower_priority()
    if not is_waiting(run):
        return  # a lock would create the folder of a deleted run again
    try:
        with slots.hold(run.path.parent, slot, timeout=LOCK_TIMEOUT_SECONDS):
            take_turn(run)
    except Timeout:
        print("Another process trains this run or uses its slot.", file=sys.stderr)


def take_turn(run: Run, *, fit: Fit = fit_here) -> None:
    """Train `run` with its lock held, if it still waits; raises `Timeout` if another one does."""
    commands = CommandReader(run.control_file)
    with run.lock().acquire(timeout=LOCK_TIMEOUT_SECONDS):
        if is_waiting(run):
            turns.record_turn(run.path.parent, turns.person_of(run.metadata()))
            train_run(run, commands, fit=fit)
    obey_late_commands(run, commands)


def obey_late_commands(run: Run, commands: CommandSource) -> None:
    """Obey what a user pressed in the moment in which the pause gave up the slot."""
    if run.state() is RunState.PAUSED:
        for command in commands.read():
            with suppress(RunError):
                queue.control_run(run, command.control, command.value, reason=command.reason)


def is_waiting(run: Run) -> bool:
    """Whether the run still waits: a user may have canceled it while torch was loading."""
    last = event_log.last_event(run.events_file)
    is_new = last is None and not run.snapshot_file.exists()
    is_queued = is_new or isinstance(last, Queued)
    return is_queued and run.recipe_file.exists() and not run.report_file.exists()


def lower_priority() -> None:
    """Lower this process's priority, so that pages stay responsive during training."""
    process = psutil.Process()
    process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if sys.platform == "win32" else 10)


def train_run(run: Run, commands: CommandSource | None = None, *, fit: Fit = fit_here) -> None:
    """Train a run to its end, obeying `commands`; an error is recorded as its last event."""
    with errors_recorded(run):
        RunRecorder(run, commands, fit=fit).train()


@contextmanager
def errors_recorded(run: Run) -> Iterator[None]:
    """Record any error as the last event of the run."""
    try:
        yield
    except RunInterruptedError as error:
        with suppress(OSError):
            run.append_event(Interrupted(reason=str(error)))
    except LabError as error:
        record_failure(run, str(error))
    except OSError as error:
        record_failure(
            run,
            f"The run could not be written: {error.strerror or error}. Free some space, then "
            "resume it.",
        )
    except Exception as error:  # pages show the sentence, and the traceback after a click
        reason = memory.describe_out_of_memory(error)
        record_failure(
            run, reason or f"Training ended with an error: {type(error).__name__}: {error}"
        )


def record_failure(run: Run, reason: str) -> None:
    """Record why training failed; on a full disk this fails, and the run counts as interrupted."""
    details = traceback.format_exc()
    with suppress(OSError):
        run.append_event(Failed(reason=reason, traceback=details))
    with suppress(OSError):  # the output goes to a file on the same disk
        print(details, file=sys.stderr)


if __name__ == "__main__":
    main(Run(Path(sys.argv[1])), sys.argv[2])
