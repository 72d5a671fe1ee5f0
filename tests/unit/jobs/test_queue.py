"""The queue: first come, first served, with positions and expected starts."""

import pytest

from fmnist_core.errors import RunError
from fmnist_core.jobs import queue, slots
from fmnist_core.runs.run import RunState
from tests import factories

pytestmark = pytest.mark.usefixtures("no_dispatcher")


@pytest.fixture(autouse=True)
def _one_slot(monkeypatch):
    monkeypatch.setattr(slots, "slot_names", lambda: ("cpu",))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "runs"


def test_submitted_runs_wait_in_order(recipe, folder, no_dispatcher):
    submitted = [queue.submit_run(recipe, name=name, folder=folder) for name in "abc"]
    assert queue.waiting_runs(folder) == submitted
    assert no_dispatcher == [folder] * 3


def test_resumed_run_goes_to_the_end(make_run, folder):
    stopped = make_run(factories.started(), factories.stopped())
    waiting = make_run()
    queue.resume_run(stopped)
    assert queue.waiting_runs(folder) == [waiting, stopped]


@pytest.mark.parametrize("kind", ["stopped", "failed", "interrupted"])
def test_ended_run_can_be_resumed(make_run, kind):
    run = make_run(factories.started(), getattr(factories, kind)())
    queue.resume_run(run)
    assert run.state() is RunState.QUEUED


def test_waiting_or_finished_run_cannot_be_resumed(make_run):
    for run in (make_run(), make_run(finished=True)):
        with pytest.raises(RunError, match=f"Run {run.id} is {run.state()}; only a stopped"):
            queue.resume_run(run)


def test_canceled_new_run_is_deleted(make_run, folder):
    queue.cancel_run(make_run())
    assert queue.waiting_runs(folder) == []
    assert list(folder.iterdir()) == []


def test_canceled_resume_stays_stopped(make_run):
    run = make_run(factories.started(), factories.stopped(), factories.queued())
    queue.cancel_run(run)
    assert run.state() is RunState.STOPPED
    assert run.reason() == "Removed from the queue."


def test_only_a_waiting_run_can_be_canceled(make_run):
    run = make_run(finished=True)
    with pytest.raises(RunError, match="is finished, not waiting"):
        queue.cancel_run(run)


def test_expected_starts_add_up(make_run, folder):
    running = make_run(factories.started(), factories.step(5, eta_seconds=40.0))
    make_run(expected_seconds=100.0)
    make_run()
    make_run()
    with running.lock():
        entries = queue.list_queue(folder)
    assert [entry.position for entry in entries] == [0, 1, 2, 3]
    assert [entry.starts_in for entry in entries] == [0, 40, 140, 140 + queue.UNKNOWN_SECONDS]


def test_two_slots_start_two_runs(make_run, folder, monkeypatch):
    monkeypatch.setattr(slots, "slot_names", lambda: ("0", "1"))
    for seconds in (100.0, 30.0, 50.0):
        make_run(expected_seconds=seconds)
    assert [entry.starts_in for entry in queue.list_queue(folder)] == [0, 0, 30]


def test_entry_names_the_run_and_its_student(make_run, folder):
    make_run(name="first", by="Ada")
    (entry,) = queue.list_queue(folder)
    assert (entry.name, entry.by) == ("first", "Ada")


def test_run_without_steps_takes_its_expected_time(make_run):
    assert queue.seconds_left(make_run(factories.started(), expected_seconds=77.0)) == 77
    assert queue.seconds_left(make_run(factories.started())) == queue.UNKNOWN_SECONDS
