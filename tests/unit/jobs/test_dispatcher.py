"""The dispatcher: free slots, and what is recorded when a worker dies."""

import errno
import signal
from types import SimpleNamespace

import pytest

from fmnist_core.jobs import dispatcher, queue, slots
from fmnist_core.runs.run import RunState
from tests import factories


@pytest.fixture
def make_dead_run(make_run):
    """Make a run whose worker exited with this status."""

    def end(returncode, *lines):
        run = make_run(*lines)
        process = SimpleNamespace(returncode=returncode)
        dispatcher.record_exit(dispatcher.StartedWorker(run, queue.queued_at(run), process))
        return run

    return end


@pytest.mark.parametrize(
    ("returncode", "text"),
    [(-signal.SIGKILL, "memory ran out"), (-signal.SIGTERM, "SIGTERM"), (3, "status 3")],
)
def test_exit_status_is_explained(make_dead_run, returncode, text):
    run = make_dead_run(returncode, factories.started(), factories.step(1))
    assert run.state() is RunState.INTERRUPTED
    assert text in run.reason()


def test_worker_that_never_started_is_not_started_again(make_dead_run):
    assert make_dead_run(1).state() is RunState.INTERRUPTED


def test_reason_recorded_by_the_worker_is_kept(make_dead_run):
    run = make_dead_run(1, factories.started(), factories.failed())
    assert run.reason() == "Memory ran out."


def test_normal_exit_is_not_recorded(make_dead_run):
    assert make_dead_run(0).state() is RunState.QUEUED


def test_held_slot_is_not_free(tmp_path, monkeypatch):
    from filelock import FileLock

    monkeypatch.setattr(slots, "slot_names", lambda: ("0", "1"))
    with FileLock(slots.slot_lock(tmp_path, "0")):
        assert dispatcher.free_slots(tmp_path, taken={}) == ["1"]
    assert dispatcher.free_slots(tmp_path, taken={}) == ["0", "1"]


def test_worker_that_cannot_be_started_is_tried_again(make_run, monkeypatch):
    run, errors = make_run(), [OSError(errno.ENOSPC, "No space left on device")] * 3

    def start(run, _):
        if errors:
            raise errors.pop()
        run.append_event(factories.stopped())
        return SimpleNamespace(poll=lambda: 0, returncode=0)

    monkeypatch.setattr(dispatcher, "start_worker", start)
    monkeypatch.setattr(dispatcher, "POLL_SECONDS", 0)
    dispatcher.serve_queue(run.path.parent)
    assert run.state() is RunState.STOPPED
    assert errors == []


def test_it_first_removes_what_killed_processes_left(make_run):
    run = make_run(factories.started(), finished=True)
    run.log_file.write_text("of a worker that was killed right after the report")
    dispatcher.main(run.path.parent)
    assert not run.log_file.exists()


def test_empty_queue_ends_at_once(tmp_path):
    dispatcher.main(tmp_path)
    assert list(tmp_path.iterdir()) == []
