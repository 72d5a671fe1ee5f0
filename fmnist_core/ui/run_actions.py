"""What a user does to runs: start, resume, control and delete them, as far as they may."""

import threading

from fmnist_core import paths
from fmnist_core.errors import RunError
from fmnist_core.jobs import forecast, limits, queue
from fmnist_core.jobs.control import STOPPED_BY_TEACHER, ControlAction
from fmnist_core.runs.deleted_runs import DeletedRun
from fmnist_core.runs.run import Run, RunState
from fmnist_core.runs.summary import RunSummary, summarize
from fmnist_core.training import cost_estimate
from fmnist_core.training.recipe import Recipe
from fmnist_core.ui import identity, own_runs, sticky_widgets

RESUMING = ("go on", "one epoch")
QUEUEING = threading.Lock()
"""Held from the check of the limits until the run waits: ten tabs at once pass them one by one."""


def start_run(recipe: Recipe, *, name: str) -> Run:
    """Queue a run that belongs to the user; raises `RunError`, also at one of their limits."""
    expected_seconds = cost_estimate.expected_seconds(recipe)
    with QUEUEING:
        _check_limits(expected_seconds)
        run = queue.submit_run(
            recipe,
            name=name,
            by=sticky_widgets.get_student(),
            owner=identity.person_id(),
            expected_seconds=expected_seconds,
        )
    own_runs.note_started(run.id)
    return run


def check_may_start() -> None:
    """Raise `RunError` if the user may not start any run now."""
    _check_limits(None)


def resume_run(run: Run) -> None:
    """Queue a stopped run again; raises `RunError`, also at one of the user's limits."""
    require_control(run)
    with QUEUEING:
        _check_limits(forecast.seconds_left(run))
        queue.resume_run(run)


def control_run(run: Run, action: ControlAction, value: float | None = None) -> None:
    """Send a command; raises `RunError`, also at a limit if it queues a paused run again."""
    require_control(run)
    with QUEUEING:
        if action in RESUMING and run.state() is RunState.PAUSED:
            _check_limits(forecast.seconds_left(run))
        queue.control_run(run, action, value)


def stop_run(run: RunSummary) -> None:
    """Stop a run; it then says so if a teacher has stopped somebody else's. Raises `RunError`."""
    require_control(run.run)
    is_others = run.owner not in ("", identity.person_id())
    queue.control_run(run.run, "stop", reason=STOPPED_BY_TEACHER if is_others else None)


def cancel_run(run: Run) -> None:
    """Take a run out of the queue; raises `RunError`."""
    require_control(run)
    queue.cancel_run(run)


def restore_run(deleted: DeletedRun) -> Run:
    """Take a run out of the bin; raises `RunError`, also at a limit if it waits again."""
    require_control(deleted.run)
    with QUEUEING:
        if deleted.run.state() is RunState.QUEUED:
            _check_limits(forecast.seconds_left(deleted.run))
        return queue.restore_run(deleted)


def require_control(run: Run) -> None:
    """Raise `RunError` unless the user may stop, rename or delete the run.

    Its button may have been drawn when they still could: before they gave the teacher's rights
    back, or before the class code was replaced.
    """
    if not identity.may_control(summarize(run)):
        raise RunError("Only its owner or a teacher can do that.")


def _check_limits(expected_seconds: float | None) -> None:
    """Raise `RunError` at a limit; teachers have none.

    A callback comes before the script that asks for the class code, so its page may be one that was
    opened with an earlier code.
    """
    if not identity.is_admitted():
        raise RunError("The class code has changed. Please reload the page and enter the new one.")
    if not identity.is_teacher():
        limits.check_limits(paths.runs_folder(), identity.person_id(), expected_seconds)
