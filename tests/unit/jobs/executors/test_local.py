"""This machine's slots, and why a process that trained has ended."""

import signal
from types import SimpleNamespace

import pytest
from filelock import FileLock

from fmnist_core.jobs import slots
from fmnist_core.jobs.executors import local
from fmnist_core.jobs.executors.executor import Capacity
from fmnist_core.jobs.executors.local import LocalExecutor, LocalWorker


@pytest.fixture
def processes(monkeypatch):
    """The processes that would have been started, and two GPUs."""
    started = []

    def start(run, slot):
        process = SimpleNamespace(run=run, slot=slot, returncode=None)
        process.poll = lambda: process.returncode
        started.append(process)
        return process

    monkeypatch.setattr(slots, "slot_names", lambda: ("0", "1"))
    monkeypatch.setattr(local, "start_process", start)
    return started


@pytest.mark.usefixtures("processes")
def test_held_slot_is_not_free(tmp_path):
    with FileLock(slots.slot_lock(tmp_path, "0")):
        assert LocalExecutor().free_slots(tmp_path) == ["1"]
    assert LocalExecutor().free_slots(tmp_path) == ["0", "1"]


def test_each_run_gets_a_slot_until_its_process_has_ended(make_run, processes):
    executor, runs = LocalExecutor(), [make_run() for _ in range(3)]
    assert [executor.start(run) is None for run in runs] == [False, False, True]
    assert executor.is_full(runs[0].path.parent)
    processes[1].returncode = 0
    assert executor.start(runs[2]).has_ended() is False
    assert [process.slot for process in processes] == ["0", "1", "1"]


def test_run_with_two_workers_waits_for_two_gpus(make_run, processes):
    executor, single, double = LocalExecutor(), make_run(), make_run(workers=2)
    assert executor.start(single)
    assert executor.start(double) is None
    processes[0].returncode = 0
    assert executor.start(double)
    assert executor.is_full(double.path.parent)
    assert [process.slot for process in processes] == ["0", "0,1"]


@pytest.mark.parametrize(
    ("names", "num_gpus"), [(("cpu",), 0), (("0",), 1), (("0", "1"), 2)], ids=str
)
def test_capacity_counts_slots_and_gpus(tmp_path, monkeypatch, names, num_gpus):
    monkeypatch.setattr(slots, "slot_names", lambda: names)
    assert LocalExecutor().capacity(tmp_path) == Capacity(num_slots=len(names), num_gpus=num_gpus)


@pytest.mark.parametrize(
    ("returncode", "text"),
    [(-signal.SIGKILL, "memory ran out"), (-signal.SIGTERM, "SIGTERM"), (3, "status 3"), (0, "")],
)
def test_exit_status_is_explained(returncode, text):
    process = SimpleNamespace(returncode=returncode, poll=lambda: returncode)
    assert LocalWorker(process).has_ended()
    assert text in LocalWorker(process).failure()
    assert bool(LocalWorker(process).failure()) == bool(returncode)
