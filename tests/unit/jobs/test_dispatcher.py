"""The dispatcher: who gets a slot, and what is written down when a worker dies."""

import signal
from types import SimpleNamespace

import pytest

from fmnist_core.jobs import dispatcher, queue, slots
from fmnist_core.runs.run import RunState
from tests import factories


@pytest.fixture
def died(make_run):
    """A run whose worker ended with this status."""

    def end(returncode, *lines):
        run = make_run(*lines)
        process = SimpleNamespace(returncode=returncode)
        dispatcher.record_exit(dispatcher.StartedWorker(run, queue.queued_at(run), process))
        return run

    return end


@pytest.mark.parametrize(
    ("returncode", "words"),
    [(-signal.SIGKILL, "memory ran out"), (-signal.SIGTERM, "SIGTERM"), (3, "status 3")],
)
def test_death_is_told(died, returncode, words):
    run = died(returncode, factories.started(), factories.step(1))
    assert run.state() is RunState.INTERRUPTED
    assert words in run.reason()


def test_worker_that_never_began_is_not_started_again(died):
    assert died(1).state() is RunState.INTERRUPTED


def test_what_the_worker_said_stands(died):
    run = died(1, factories.started(), factories.failed())
    assert run.reason() == "Memory ran out."


def test_good_end_needs_no_word(died):
    assert died(0).state() is RunState.QUEUED


def test_held_slot_is_not_free(tmp_path, monkeypatch):
    from filelock import FileLock

    monkeypatch.setattr(slots, "slot_names", lambda: ("0", "1"))
    with FileLock(slots.slot_lock(tmp_path, "0")):
        assert dispatcher.free_slots(tmp_path, taken={}) == ["1"]
    assert dispatcher.free_slots(tmp_path, taken={}) == ["0", "1"]


def test_empty_queue_ends_at_once(tmp_path):
    dispatcher.main(tmp_path)
    assert list(tmp_path.iterdir()) == []
