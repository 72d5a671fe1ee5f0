"""The first-in-first-out queue that all browsers share: runs that wait for a slot.

There is no list to keep: a run is queued because of what lies in its folder, and its place follows
from when it was queued. A dispatcher process hands out the slots and ends when nobody waits.
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
"""What a run is reckoned to take that nobody has measured."""


@dataclass(frozen=True, kw_only=True)
class QueueEntry:
    """A run that waits or trains."""

    run: Run
    name: str
    by: str
    place: int
    """0 while it trains, then 1, 2, 3 …"""
    starts_in: float
    """Expected seconds until it starts."""


def submit_run(
    recipe: Recipe,
    *,
    name: str,
    by: str = "",
    expected_seconds: float | None = None,
    folder: Path | None = None,
) -> Run:
    """Queue a new run and see to it that somebody works the queue; raises `RunError`."""
    run = store.create_run(
        recipe, name=name, by=by, expected_seconds=expected_seconds, folder=folder
    )
    ensure_dispatcher(run.path.parent)
    return run


def resume_run(run: Run) -> None:
    """Queue a run again, to go on from its last snapshot; raises `RunError`."""
    state = run.state()
    if not state.is_resumable:
        raise RunError(
            f"Run {run.id} is {state}; only a stopped, interrupted or failed run can be resumed."
        )
    # Without the run's lock: whoever holds it is taken for the worker. Two who resume at once leave
    # two lines that say the same.
    with _sentences(run):
        environment.save(run)
        run.control_file.unlink(missing_ok=True)  # commands to a worker that is gone
        run.append_event(events.Queued(at=utc_now()))
    ensure_dispatcher(run.path.parent)


def cancel_run(run: Run) -> None:
    """Take a run out of the queue: a new one is deleted, a resumed one stays stopped."""
    if run.state() is not RunState.QUEUED:
        raise RunError(f"Run {run.id} is {run.state()}, not waiting.")
    if not run.events_file.exists():
        store.delete_run(run)
        return
    with _sentences(run), run.lock().acquire(timeout=1):
        run.append_event(events.Stopped(reason="It was taken out of the queue."))


@contextmanager
def _sentences(run: Run) -> Iterator[None]:
    try:
        yield
    except Timeout:
        raise RunError(f"Run {run.id} is training just now.") from None
    except OSError as error:
        raise RunError(f"Run {run.id} cannot be changed: {error.strerror or error}.") from error


def waiting_runs(folder: Path) -> list[Run]:
    """Queued runs, the one that has waited longest first."""
    queued = (run for run in store.list_runs(folder) if run.state() is RunState.QUEUED)
    return sorted(queued, key=lambda run: (queued_at(run), run.id))


def queued_at(run: Run) -> str:
    """When it joined the queue, ISO 8601."""
    last = event_log.last_event(run.events_file)
    return last.at if isinstance(last, events.Queued) else run.metadata().created


def list_queue(folder: Path | None = None) -> list[QueueEntry]:
    """Everything that trains or waits, in order, with its expected start."""
    folder = folder or paths.runs_folder()
    running = [run for run in store.list_runs(folder) if run.state() is RunState.RUNNING]
    free_at = [seconds_left(run) for run in running]
    free_at += [0.0] * (len(slots.slot_names()) - len(free_at))
    heapq.heapify(free_at)
    listed = [_entry(run, place=0, starts_in=0.0) for run in running]
    for place, run in enumerate(waiting_runs(folder), start=1):
        starts_in = heapq.heappop(free_at)
        heapq.heappush(free_at, starts_in + (run.metadata().expected_seconds or UNKNOWN_SECONDS))
        listed.append(_entry(run, place=place, starts_in=starts_in))
    return listed


def _entry(run: Run, *, place: int, starts_in: float) -> QueueEntry:
    about = run.metadata()
    return QueueEntry(run=run, name=about.name, by=about.by, place=place, starts_in=starts_in)


def seconds_left(run: Run) -> float:
    """How long a training run still takes, by its last step event."""
    for event in reversed(event_log.read_tail(run.events_file)):
        if isinstance(event, events.Step):
            return event.eta_seconds
    return run.metadata().expected_seconds or UNKNOWN_SECONDS


def ensure_dispatcher(folder: Path) -> None:
    """Start a dispatcher for `folder`; one that is not needed ends at once."""
    if not waiting_runs(folder) or locks.is_locked(slots.dispatcher_lock(folder)):
        return
    try:
        dispatcher = start_module(
            "fmnist_core.jobs.dispatcher", str(folder), log=folder / ".dispatcher.log"
        )
    except OSError as error:
        raise RunError(f"Nothing can be started in {folder}: {error.strerror or error}.") from error
    # A child that nobody waits for stays a zombie for as long as the app runs.
    threading.Thread(target=dispatcher.wait, daemon=True).start()
