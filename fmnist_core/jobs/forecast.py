"""How long runs take: from their own progress, their estimates, and how slow training is now."""

import statistics
import time
from contextlib import suppress
from pathlib import Path

from fmnist_core.errors import LabError
from fmnist_core.runs import event_log, store
from fmnist_core.runs.run import Run
from fmnist_core.training import events

UNKNOWN_SECONDS = 60.0
"""Assumed duration of a run without an estimate."""
MIN_SLOWDOWN, MAX_SLOWDOWN = 0.5, 4.0
"""Limits of `slowdown`: an estimate that is further off says little about other runs."""
MAX_SECONDS = 7 * 24 * 3600.0
"""Longest duration of a run that is believed; an imported log may say anything."""
TURNOVER_SECONDS = 8.0
"""From a run's last step to the start of the next run: the final test, the files, and a new process
that loads torch. On two cores it takes 6 to 12 s.
"""
RECENT_SECONDS = 600.0
"""For so long, a finished run says how slow training is at the moment."""
MIN_TRAINED_SECONDS = 5.0
"""After which a run's own forecast of its end is steady."""


def seconds_left(run: Run) -> float:
    """Expected seconds until a training run ends, from its last step event."""
    step = _last_step(run)
    seconds = step.eta_seconds if step else run.metadata().expected_seconds or UNKNOWN_SECONDS
    return min(seconds, MAX_SECONDS)


def has_step(run: Run) -> bool:
    """Whether the run has begun to train, so that it knows itself when it ends."""
    return _last_step(run) is not None


def slowdown(folder: Path, running: list[Run]) -> float:
    """How many times as long as estimated runs take at the moment; 1 if that is not known.

    While a class watches, or another program computes, training is slower than it was when its
    cost was measured; the runs that wait will be, too.
    """
    factors = [factor for run in running if (factor := _slowdown_of(run))]
    if not factors:  # between two runs, the last one tells
        factors = [factor for run in _recently_finished(folder) if (factor := _slowdown_of(run))]
    if not factors:
        return 1.0
    return min(max(statistics.median(factors), MIN_SLOWDOWN), MAX_SLOWDOWN)


def _slowdown_of(run: Run) -> float | None:
    """How many times as long as estimated this run takes; `None` if it does not say."""
    try:
        step, metadata = _last_step(run), run.metadata()
    except LabError:
        return None
    if step is None or metadata.imported or step.seconds < MIN_TRAINED_SECONDS:
        return None
    expected = metadata.expected_seconds
    return (step.seconds + step.eta_seconds) / expected if expected else None


def _recently_finished(folder: Path) -> list[Run]:
    """The run that has finished last, unless that is long ago."""
    finished: dict[float, Run] = {}
    for run in store.list_runs(folder):
        with suppress(OSError):
            finished[run.report_file.stat().st_mtime] = run
    newest = max(finished, default=0.0)
    return [finished[newest]] if time.time() - newest < RECENT_SECONDS else []


def _last_step(run: Run) -> events.Step | None:
    logged = reversed(event_log.read_tail(run.events_file))
    return next((event for event in logged if isinstance(event, events.Step)), None)
