"""The queue: first come, first served, with a place and an expected start."""

import pytest

from fmnist_core.errors import RunError
from fmnist_core.jobs import queue, slots
from fmnist_core.runs.run import RunState

pytestmark = pytest.mark.usefixtures("no_dispatcher")


@pytest.fixture(autouse=True)
def _one_slot(monkeypatch):
    monkeypatch.setattr(slots, "slot_names", lambda: ("cpu",))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "runs"


def test_submitted_runs_wait_in_order(recipe, folder, no_dispatcher):
    submitted = [queue.submit(recipe, name=name, folder=folder) for name in "abc"]
    assert queue.waiting(folder) == submitted
    assert no_dispatcher == [folder] * 3


def test_resumed_run_goes_to_the_end(record_run, told, folder):
    stopped = record_run(told.started(), told.stopped())
    waiting = record_run()
    queue.resume(stopped)
    assert queue.waiting(folder) == [waiting, stopped]


@pytest.mark.parametrize("kind", ["stopped", "failed", "interrupted"])
def test_what_ended_can_be_resumed(record_run, told, kind):
    run = record_run(told.started(), getattr(told, kind)())
    queue.resume(run)
    assert run.state() is RunState.QUEUED


def test_what_waits_or_is_finished_cannot_be_resumed(record_run):
    for run in (record_run(), record_run(finished=True)):
        with pytest.raises(RunError, match=f"Run {run.id} is {run.state()}; only a stopped"):
            queue.resume(run)


def test_cancelled_new_run_is_gone(record_run, folder):
    queue.cancel(record_run())
    assert queue.waiting(folder) == []
    assert list(folder.iterdir()) == []


def test_cancelled_resume_stays_stopped(record_run, told):
    run = record_run(told.started(), told.stopped(), told.queued())
    queue.cancel(run)
    assert run.state() is RunState.STOPPED
    assert run.reason() == "It was taken out of the queue."


def test_what_does_not_wait_cannot_be_cancelled(record_run):
    run = record_run(finished=True)
    with pytest.raises(RunError, match="is finished, not waiting"):
        queue.cancel(run)


def test_expected_starts_add_up(record_run, told, folder):
    running = record_run(told.started(), told.step(5, eta=40.0))
    record_run(expected_seconds=100.0)
    record_run()
    record_run()
    with running.lock():
        entries = queue.entries(folder)
    assert [entry.place for entry in entries] == [0, 1, 2, 3]
    assert [entry.starts_in for entry in entries] == [0, 40, 140, 140 + queue.UNKNOWN_SECONDS]


def test_two_slots_start_two_runs(record_run, folder, monkeypatch):
    monkeypatch.setattr(slots, "slot_names", lambda: ("0", "1"))
    for seconds in (100.0, 30.0, 50.0):
        record_run(expected_seconds=seconds)
    assert [entry.starts_in for entry in queue.entries(folder)] == [0, 0, 30]


def test_entry_says_whose_run_it_is(record_run, folder):
    record_run(name="first", by="Ada")
    (entry,) = queue.entries(folder)
    assert (entry.name, entry.by) == ("first", "Ada")


def test_run_that_has_no_steps_yet_takes_what_was_expected(record_run, told):
    assert queue.seconds_left(record_run(told.started(), expected_seconds=77.0)) == 77
    assert queue.seconds_left(record_run(told.started())) == queue.UNKNOWN_SECONDS
