"""What needs a teacher's attention, in sentences."""

from dataclasses import replace

import pytest

from fmnist_core.health_page.machine import Machine
from fmnist_core.health_page.problems import failed_ids, find_problems
from fmnist_core.runs.disk_quota import DiskUse
from fmnist_core.server_log import LogEntry, LogEvent

GB = 10**9
MACHINE = Machine(
    num_sessions=30, cpu_fraction=1.0, num_cpus=2, server_bytes=GB, workers=(),
    memory_total=8 * GB, memory_free=4 * GB,
)  # fmt: skip
DISK = DiskUse(runs=4 * GB, deleted=GB, limit=20 * GB, free=50 * GB)


def problems(
    machine: Machine = MACHINE,
    disk: DiskUse = DISK,
    *events: LogEvent,
    num_waiting: int = 0,
    num_training: int = 1,
    num_failed: int = 0,
    executor_problem: str = "",
) -> list[str]:
    recent = [LogEntry(at="", event=event) for event in events]
    found = find_problems(
        machine,
        disk,
        recent,
        num_waiting=num_waiting,
        num_training=num_training,
        num_failed=num_failed,
        executor_problem=executor_problem,
    )
    return list(found)


def test_a_busy_lab_has_none() -> None:
    events = (LogEvent.APP_STARTED, LogEvent.RUN_STARTED, LogEvent.IMPORT_REFUSED)
    assert problems(MACHINE, DISK, *events, num_waiting=29) == []


@pytest.mark.parametrize(
    ("disk", "sentence"),
    [
        (replace(DISK, free=GB), "Only 1.0 GB of the disk is free"),
        (replace(DISK, runs=20 * GB), "New runs are refused: the runs take 20.0 GB of the 20.0 GB"),
        (replace(DISK, runs=17 * GB), "The runs take 17.0 GB of the 20.0 GB"),
    ],
)
def test_space_is_short(disk: DiskUse, sentence: str) -> None:
    (problem,) = problems(disk=disk)
    assert problem.startswith(sentence)


def test_without_a_limit_runs_may_take_any_space() -> None:
    assert problems(disk=replace(DISK, limit=None, runs=10**15)) == []


def test_memory_is_short() -> None:
    (problem,) = problems(replace(MACHINE, memory_free=GB // 2))
    assert "Only 500 MB of memory is free" in problem


def test_a_queue_that_does_not_move() -> None:
    (problem,) = problems(num_waiting=1, num_training=0)
    assert problem.startswith("1 run waits, and nothing trains")


def test_a_cluster_that_does_not_answer_is_told_while_runs_wait() -> None:
    sentence = "No cluster answers."
    assert problems(num_waiting=1, num_training=0, executor_problem=sentence) == [sentence]
    assert problems(num_waiting=1, executor_problem=sentence) == [sentence]
    assert problems(executor_problem=sentence) == []


def test_failures_are_counted() -> None:
    events = [LogEvent.RUN_FAILED, *[LogEvent.PAGE_ERROR] * 3]
    assert problems(MACHINE, DISK, *events, num_failed=2) == [
        "2 runs failed in the last 24 hours.",
        "Pages failed 3 times in the last 24 hours.",
    ]


def test_runs_that_failed_are_known_by_their_ids() -> None:
    events = (LogEvent.RUN_FAILED, LogEvent.RUN_INTERRUPTED, LogEvent.RUN_STOPPED)
    recent = [LogEntry(at="", event=event, run=event) for event in events]
    assert failed_ids(recent) == {LogEvent.RUN_FAILED, LogEvent.RUN_INTERRUPTED}
