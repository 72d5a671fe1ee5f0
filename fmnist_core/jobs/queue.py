"""The first-in, first-out queue of runs that wait for a slot, shared by all sessions.

No list is stored: the files in a run's folder say that it is queued and since when, and its
position follows from that. A dispatcher process assigns the slots and exits when the queue is
empty.
"""

import heapq
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import Timeout

from fmnist_core import paths
from fmnist_core.errors import RunError
from fmnist_core.jobs import slots
from fmnist_core.jobs.launch import start_module
from fmnist_core.runs import environment, event_log, locks, store
from fmnist_core.runs.report import utc_now
from fmnist_core.runs.run import Run, RunState
from fmnist_core.training import events
from fmnist_core.training.recipe import Recipe

UNKNOWN_SECONDS = 60.0
"""Assumed duration of a run without an estimate."""


@dataclass(frozen=True, kw_only=True)
class QueueEntry:
    """A run that trains or waits."""

    run: Run
    name: str
    by: str
    position: int
    """0 while it trains, then 1, 2, 3 …"""
    starts_in: float
    """Expected seconds until it starts."""


def submit_run(
    recipe: Recipe,
    *,
    name: str,
    by: str = "",
    owner: str = "",
    expected_seconds: float | None = None,
    folder: Path | None = None,
) -> Run:
    """Queue a new run and make sure that a dispatcher is running; raises `RunError`."""
    run = store.create_run(
        recipe,
        name=name,
        by=by,
        owner=owner,
        expected_seconds=expected_seconds,
        folder=folder,
    )
    ensure_dispatcher(run.path.parent)
    return run


def resume_run(run: Run) -> None:
    """Queue a run again, to continue from its last snapshot; raises `RunError`."""
    state = run.state()
    if not state.is_resumable:
        raise RunError(
            f"Run {run.id} is {state}; only a stopped, interrupted or failed run can be resumed."
        )
    # The run's lock is not taken, because a locked run counts as running. Two users who resume at
    # once leave two identical lines.
    with _errors_as_run_errors(run):
        environment.save(run)
        run.control_file.unlink(missing_ok=True)  # commands to the previous worker
        run.append_event(events.Queued(at=utc_now()))
    ensure_dispatcher(run.path.parent)


def cancel_run(run: Run) -> None:
    """Remove a run from the queue: a new one is deleted, a resumed one is stopped again.

    Raises `RunError`.
    """
    if run.state() is not RunState.QUEUED:
        raise RunError(f"Run {run.id} is {run.state()}, not waiting.")
    if not run.events_file.exists():
        store.delete_run(run)
        return
    with _errors_as_run_errors(run), run.lock().acquire(timeout=1):
        run.append_event(events.Stopped(reason="Removed from the queue."))


@contextmanager
def _errors_as_run_errors(run: Run) -> Iterator[None]:
    try:
        yield
    except Timeout:
        raise RunError(f"Run {run.id} is currently training.") from None
    except OSError as error:
        raise RunError(f"Run {run.id} cannot be changed: {error.strerror or error}.") from error


def waiting_runs(folder: Path) -> list[Run]:
    """Queued runs, the one that has waited longest first."""
    queued = (run for run in store.list_runs(folder) if run.state() is RunState.QUEUED)
    return sorted(queued, key=lambda run: (queued_at(run), run.id))


def queued_at(run: Run) -> str:
    """When the run was queued, ISO 8601."""
    last = event_log.last_event(run.events_file)
    return last.at if isinstance(last, events.Queued) else run.metadata().created


def list_queue(folder: Path | None = None) -> list[QueueEntry]:
    """Runs that train or wait, in order, with their expected start."""
    folder = folder or paths.runs_folder()
    running = [run for run in store.list_runs(folder) if run.state() is RunState.RUNNING]
    free_at = [seconds_left(run) for run in running]
    free_at += [0.0] * (len(slots.slot_names()) - len(free_at))
    heapq.heapify(free_at)
    entries = [_queue_entry(run, position=0, starts_in=0.0) for run in running]
    for position, run in enumerate(waiting_runs(folder), start=1):
        starts_in = heapq.heappop(free_at)
        heapq.heappush(free_at, starts_in + (run.metadata().expected_seconds or UNKNOWN_SECONDS))
        entries.append(_queue_entry(run, position=position, starts_in=starts_in))
    return entries


def _queue_entry(run: Run, *, position: int, starts_in: float) -> QueueEntry:
    metadata = run.metadata()
    return QueueEntry(
        run=run, name=metadata.name, by=metadata.by, position=position, starts_in=starts_in
    )


def seconds_left(run: Run) -> float:
    """Expected seconds until a training run ends, from its last step event."""
    for event in reversed(event_log.read_tail(run.events_file)):
        if isinstance(event, events.Step):
            return event.eta_seconds
    return run.metadata().expected_seconds or UNKNOWN_SECONDS


def ensure_dispatcher(folder: Path) -> None:
    """Start a dispatcher for `folder` if runs wait and none is running; raises `RunError`."""
    if not waiting_runs(folder) or locks.is_locked(slots.dispatcher_lock(folder)):
        return
    try:
        dispatcher = start_module(
            "fmnist_core.jobs.dispatcher", str(folder), log=folder / ".dispatcher.log"
        )
    except OSError as error:
        raise RunError(
            f"No process can be started in {folder}: {error.strerror or error}."
        ) from error
    # Until it is waited for, a child process that has ended stays a zombie.
    threading.Thread(target=dispatcher.wait, daemon=True).start()
