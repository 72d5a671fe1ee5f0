"""What needs a teacher's attention, from what was measured: pure functions."""

from collections.abc import Iterable, Iterator, Sequence

from fmnist_core.formatting import format_bytes, pluralize
from fmnist_core.health_page.machine import Machine
from fmnist_core.runs.disk_quota import DiskUse
from fmnist_core.server_log import LogEntry, LogEvent

LOW_DISK_BYTES = 2 * 10**9
"""Less is soon full: a large model with its snapshot takes 0.4 GB."""
NEARLY_FULL = 0.8
"""Of the quota."""
LOW_MEMORY_BYTES = 10**9
"""Less does not hold another worker: torch, the images and a small model."""
FAILURES = (LogEvent.RUN_FAILED, LogEvent.RUN_INTERRUPTED)


def failed_ids(recent: Iterable[LogEntry]) -> set[str]:
    """Ids of the runs that have failed; some may have been resumed or deleted since."""
    return {entry.run for entry in recent if entry.event in FAILURES}


def find_problems(
    machine: Machine,
    disk: DiskUse,
    recent: Sequence[LogEntry],
    *,
    num_waiting: int,
    num_training: int,
    num_failed: int,
    executor_problem: str = "",
) -> Iterator[str]:
    """Sentences about what is wrong or soon will be; `recent` are events of the last 24 hours.

    `num_failed` runs have failed in that time, and nobody has resumed or deleted them.
    `executor_problem` says why runs that wait cannot start.
    """
    yield from _disk_problems(disk)
    if machine.memory_free < LOW_MEMORY_BYTES:
        yield (
            f"Only {format_bytes(machine.memory_free)} of memory is free: training may be killed. "
            "Close other programs, or stop a run."
        )
    if num_waiting and executor_problem:
        yield executor_problem
    elif num_waiting and not num_training:
        verb = "waits" if num_waiting == 1 else "wait"
        yield (
            f"{pluralize(num_waiting, 'run')} {verb}, and nothing trains. If that does not change "
            "in a minute, restart the app."
        )
    if num_failed:
        yield f"{pluralize(num_failed, 'run')} failed in the last 24 hours."
    num_errors = sum(entry.event is LogEvent.PAGE_ERROR for entry in recent)
    if num_errors:
        yield f"Pages failed {pluralize(num_errors, 'time')} in the last 24 hours."


def _disk_problems(disk: DiskUse) -> Iterator[str]:
    if disk.free < LOW_DISK_BYTES:
        yield f"Only {format_bytes(disk.free)} of the disk is free: runs may fail."
    if disk.limit is None:
        return
    if disk.is_full:
        yield (
            f"New runs are refused: the runs take {format_bytes(disk.runs)} of the "
            f"{format_bytes(disk.limit)} that they may take. Delete old ones below."
        )
    elif disk.runs > NEARLY_FULL * disk.limit:
        yield (
            f"The runs take {format_bytes(disk.runs)} of the {format_bytes(disk.limit)} that they "
            "may take. When they reach it, new ones are refused."
        )
