"""The queue of runs that wait for a slot, shared by all sessions; people take turns in it.

No list is stored: the files in a run's folder say that it is queued and since when, and its
position follows from that and from `turns`. A dispatcher process starts the runs on the chosen
executor and exits when the queue is empty.
"""

import heapq
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import Timeout

from fmnist_core import paths, server_log
from fmnist_core.errors import RunError
from fmnist_core.jobs import control, forecast, slots, turns
from fmnist_core.jobs.control import ControlAction, ControlCommand
from fmnist_core.jobs.executors import registry
from fmnist_core.jobs.launch import start_module, wait_in_background
from fmnist_core.jobs.turns import Turn
from fmnist_core.runs import deleted_runs, disk_quota, environment, event_log, locks, store
from fmnist_core.runs.deleted_runs import DeletedRun
from fmnist_core.runs.report import utc_now
from fmnist_core.runs.run import Run, RunState
from fmnist_core.server_log import LogEvent
from fmnist_core.training import events
from fmnist_core.training.recipe import Recipe


@dataclass(frozen=True, kw_only=True)
class QueueEntry:
    """A run that trains, waits or pauses."""

    run: Run
    name: str
    by: str
    position: int
    """0 while it trains or pauses, then 1, 2, 3 …"""
    starts_in: float
    """Expected seconds until it starts."""
    can_be_delayed: bool = False
    """Whether somebody who joins the queue now goes first: it is not its owner's next turn."""
    seconds_left: float = 0.0
    """Expected seconds of training until it ends."""
    ends_in: float = 0.0
    """Expected seconds until it leaves its slot; a pause leaves it as soon as another run waits."""
    is_paused: bool = False
    has_slot: bool = False
    """Whether a process holds a slot for it."""
    paused_at: str | None = None
    """When its pause gave up the slot, ISO 8601, if it did."""


def submit_run(
    recipe: Recipe,
    *,
    name: str,
    by: str = "",
    owner: str = "",
    expected_seconds: float | None = None,
    search: str = "",
    folder: Path | None = None,
) -> Run:
    """Queue a new run, perhaps of a search, and make sure that a dispatcher is running.

    Raises `RunError`, also if the runs take all the space that they may, and `SettingsError`.
    """
    registry.get_executor().check(recipe)
    disk_quota.make_room(folder or paths.runs_folder())
    run = store.create_run(
        recipe,
        name=name,
        by=by,
        owner=owner,
        expected_seconds=expected_seconds,
        search=search,
        folder=folder,
    )
    server_log.write(run.path.parent, LogEvent.RUN_QUEUED, run=run.id)
    ensure_dispatcher(run.path.parent)
    return run


def control_run(
    run: Run, action: ControlAction, value: float | None = None, *, reason: str | None = None
) -> None:
    """Send a command to the run's process, or do what it says if a pause has ended the process.

    Raises `RunError`.
    """
    if run.state() is not RunState.PAUSED:
        control.send_command(run, action, value, reason=reason)
    elif action in ("go on", "one epoch"):
        resume_run(run, action)
    elif action == "stop":
        with _errors_as_run_errors(run):
            run.append_event(events.Stopped(reason=reason or control.STOPPED_BY_USER, at=utc_now()))
    elif action != "pause":
        raise RunError(f"Run {run.id} is paused; resume it first.")


def resume_run(run: Run, action: ControlAction = "go on") -> None:
    """Queue a run again, to continue from its last snapshot, perhaps for `one epoch` only.

    Raises `RunError`.
    """
    state = run.state()
    if not state.is_resumable:
        raise RunError(
            f"Run {run.id} is {state}; only a paused, stopped, interrupted or failed run can "
            "be resumed."
        )
    registry.get_executor().check(run.recipe())
    # The run's lock is not taken, because a locked run counts as running. Two users who resume at
    # once leave two identical lines.
    with _errors_as_run_errors(run):
        environment.save(run)
        run.control_file.unlink(missing_ok=True)  # commands to the previous worker
        if action == "one epoch":
            control.write_command(run, ControlCommand(control=action))
        run.append_event(events.Queued(at=utc_now()))
    ensure_dispatcher(run.path.parent)


def cancel_run(run: Run) -> None:
    """Remove a run from the queue: a new one is deleted, a resumed one is stopped again.

    Raises `RunError`.
    """
    if run.state() is not RunState.QUEUED:
        raise RunError(f"Run {run.id} is {run.state()}, not waiting.")
    if not run.events_file.exists():
        store.remove_run(run)
        return
    with _errors_as_run_errors(run), run.lock().acquire(timeout=1):
        run.append_event(events.Stopped(reason="Removed from the queue.", at=utc_now()))


def restore_run(deleted: DeletedRun) -> Run:
    """Take a run out of the bin; one that waited waits again. Raises `RunError`."""
    run = deleted_runs.restore_run(deleted)
    ensure_dispatcher(run.path.parent)
    return run


@contextmanager
def _errors_as_run_errors(run: Run) -> Iterator[None]:
    try:
        yield
    except Timeout:
        raise RunError(f"Run {run.id} is currently training.") from None
    except OSError as error:
        raise RunError(f"Run {run.id} cannot be changed: {error.strerror or error}.") from error


def waiting_runs(folder: Path) -> list[Run]:
    """Queued runs in the order in which they start; see `turns`."""
    queued = [run for run, state in unfinished_runs(folder) if state is RunState.QUEUED]
    return [turn.run for turn in _in_turn(folder, queued)]


def _in_turn(folder: Path, queued: list[Run]) -> list[Turn]:
    waiting = [
        turns.WaitingRun(run=run, person=turns.person_of(run.metadata()), queued_at=queued_at(run))
        for run in queued
    ]
    return turns.in_turn(waiting, turns.read_served(folder))


def unfinished_runs(folder: Path) -> list[tuple[Run, RunState]]:
    """Unfinished runs with their states; looks no closer at those with a report."""
    runs = [run for run in store.list_runs(folder) if not run.report_file.exists()]
    return [(run, run.state()) for run in runs]


def queued_at(run: Run) -> str:
    """When the run was queued, ISO 8601."""
    last = event_log.last_event(run.events_file)
    return last.at if isinstance(last, events.Queued) else run.metadata().created


def needs_slot(folder: Path) -> bool:
    """Whether a run waits for a slot, so that a paused run should give up its own."""
    return bool(waiting_runs(folder)) and registry.get_executor().is_full(folder)


def list_queue(folder: Path | None = None) -> list[QueueEntry]:
    """Runs that train, wait or pause, in this order, with their expected start."""
    folder = folder or paths.runs_folder()
    active = unfinished_runs(folder)
    running = [run for run, state in active if state is RunState.RUNNING]
    queued = [run for run, state in active if state is RunState.QUEUED]
    paused = [run for run, state in active if state is RunState.PAUSED]
    entries = [_entry(run, position=0, is_paused=holds_pause(run)) for run in running]
    free_at = [entry.ends_in for entry in entries]
    free_at += [0.0] * (registry.capacity(folder).num_slots - len(free_at))
    heapq.heapify(free_at)
    slowdown = forecast.slowdown(folder, running)
    for position, turn in enumerate(_in_turn(folder, queued), start=1):
        starts_in = heapq.heappop(free_at)
        entry = _entry(
            turn.run,
            position=position,
            starts_in=starts_in,
            can_be_delayed=turn.can_be_delayed,
            slowdown=slowdown,
        )
        heapq.heappush(free_at, entry.ends_in)
        entries.append(entry)
    entries += [_entry(run, position=0, is_paused=True, has_slot=False) for run in paused]
    return entries


def _entry(
    run: Run,
    *,
    position: int,
    starts_in: float = 0.0,
    can_be_delayed: bool = False,
    is_paused: bool = False,
    has_slot: bool = True,
    slowdown: float = 1.0,
) -> QueueEntry:
    metadata, last = run.metadata(), event_log.last_event(run.events_file)
    left = forecast.seconds_left(run)
    is_training = has_slot and not position and forecast.has_step(run)
    turnover = forecast.TURNOVER_SECONDS if is_training else 0.0
    return QueueEntry(
        run=run,
        name=metadata.name,
        by=metadata.by,
        position=position,
        starts_in=starts_in,
        can_be_delayed=can_be_delayed,
        seconds_left=left,
        ends_in=starts_in + (0.0 if is_paused else slowdown * left + turnover),
        is_paused=is_paused,
        has_slot=has_slot and not position,
        paused_at=last.at if isinstance(last, events.Stopped) else None,
    )


def next_start(entries: Iterable[QueueEntry], *, had_turn: bool) -> float:
    """Expected seconds until a run starts that somebody queues who has none in the queue.

    Whoever has not had a turn in this round goes before those who have.
    """
    ends = sorted(
        entry.ends_in
        for entry in entries
        if entry.has_slot or (entry.position and (had_turn or not entry.can_be_delayed))
    )
    num_slots = registry.capacity(paths.runs_folder()).num_slots
    return ends[-num_slots] if len(ends) >= num_slots else 0.0


def holds_pause(run: Run) -> bool:
    """Whether the run's process waits in a pause: nothing follows in its log until it goes on."""
    last = event_log.last_event(run.events_file)
    return isinstance(last, events.ControlChanged) and last.control == "pause"


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
    wait_in_background(dispatcher)
