"""The queue: its order, positions and expected starts, and runs whose pause has made room."""

from contextlib import nullcontext

import pytest
from filelock import FileLock

from fmnist_core.errors import RunError
from fmnist_core.jobs import control, forecast, queue, slots, turns
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
        with pytest.raises(RunError, match=f"Run {run.id} is {run.state()}; only a paused"):
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
    next_start = 40 + forecast.TURNOVER_SECONDS
    assert [entry.starts_in for entry in entries] == [
        0,
        next_start,
        next_start + 100,
        next_start + 100 + forecast.UNKNOWN_SECONDS,
    ]


def test_runs_that_wait_are_slow_while_training_is(make_run, folder):
    step = factories.step(5, eta_seconds=40.0).model_copy(update={"seconds": 20.0})
    running = make_run(factories.started(), step, expected_seconds=30.0)
    make_run(expected_seconds=100.0)
    make_run()
    with running.lock():
        entries = queue.list_queue(folder)
    assert entries[-1].starts_in == 40 + forecast.TURNOVER_SECONDS + 2 * 100


def test_second_run_of_a_person_can_be_delayed(recipe, folder):
    for _ in range(2):
        queue.submit_run(recipe, name="a", owner="ada", folder=folder)
    assert [entry.can_be_delayed for entry in queue.list_queue(folder)] == [False, True]


def test_two_slots_start_two_runs(make_run, folder, monkeypatch):
    monkeypatch.setattr(slots, "slot_names", lambda: ("0", "1"))
    for seconds in (100.0, 30.0, 50.0):
        make_run(expected_seconds=seconds)
    assert [entry.starts_in for entry in queue.list_queue(folder)] == [0, 0, 30]


@pytest.fixture
def gave_way(make_run):
    """A paused run whose process has ended, so that others can train."""
    return make_run(
        *factories.training_events(epochs=1),
        factories.control_changed("pause", 100),
        factories.pause_ended(),
        expected_seconds=500.0,
    )


def test_people_take_turns(recipe, folder):
    ada = [queue.submit_run(recipe, name="a", owner="ada", folder=folder) for _ in range(2)]
    bob = queue.submit_run(recipe, name="b", owner="bob", folder=folder)
    assert queue.waiting_runs(folder) == [ada[0], bob, ada[1]]
    turns.record_turn(folder, "ada")
    assert queue.waiting_runs(folder)[0] == bob


def test_paused_run_that_holds_the_slot_delays_nobody(make_run, folder):
    paused = make_run(*factories.training_events(), factories.control_changed("pause", 500))
    make_run(expected_seconds=30.0)
    make_run()
    with paused.lock():
        entries = queue.list_queue(folder)
    assert [entry.starts_in for entry in entries] == [0, 0, 30]
    assert [(entry.is_paused, entry.has_slot) for entry in entries] == [
        (True, True),
        (False, False),
        (False, False),
    ]


def test_run_whose_pause_made_room_is_listed_last(gave_way, make_run, folder):
    make_run()
    waits, pauses = queue.list_queue(folder)
    assert (waits.position, waits.starts_in) == (1, 0)
    assert (pauses.run, pauses.position, pauses.is_paused) == (gave_way, 0, True)
    assert not pauses.has_slot
    assert pauses.paused_at == factories.pause_ended().at


def test_paused_run_goes_on_where_it_was(gave_way, folder):
    assert gave_way.state() is RunState.PAUSED
    queue.control_run(gave_way, "go on")
    assert gave_way.state() is RunState.QUEUED
    assert queue.list_queue(folder)[0].starts_in == 0
    assert forecast.seconds_left(gave_way) == 4 * factories.SECONDS_PER_EPOCH


def test_paused_run_trains_one_epoch(gave_way):
    queue.control_run(gave_way, "one epoch")
    assert gave_way.state() is RunState.QUEUED
    assert control.CommandReader(gave_way.control_file).read() == [
        control.ControlCommand(control="one epoch")
    ]


def test_paused_run_is_stopped(gave_way):
    queue.control_run(gave_way, "pause")
    queue.control_run(gave_way, "stop")
    assert gave_way.state() is RunState.STOPPED
    assert gave_way.reason() == control.STOPPED_BY_USER


def test_paused_run_keeps_its_learning_rate(gave_way):
    with pytest.raises(RunError, match="is paused; resume it first"):
        queue.control_run(gave_way, "learning rate", 0.5)


def test_training_run_gets_the_command(make_run):
    run = make_run(factories.started())
    with run.lock():
        queue.control_run(run, "pause")
    assert control.CommandReader(run.control_file).read()


@pytest.mark.parametrize(("is_held", "needs_slot"), [(True, True), (False, False)])
def test_slot_is_needed_if_all_are_taken(make_run, folder, is_held, needs_slot):
    assert not queue.needs_slot(folder)
    make_run()
    with FileLock(slots.slot_lock(folder, "cpu")) if is_held else nullcontext():
        assert queue.needs_slot(folder) is needs_slot


def test_entry_names_the_run_and_its_student(make_run, folder):
    make_run(name="first", by="Ada")
    (entry,) = queue.list_queue(folder)
    assert (entry.name, entry.by) == ("first", "Ada")


@pytest.mark.parametrize(
    ("owners", "num_slots", "had_turn", "seconds"),
    [
        ("", 1, False, 0.0),
        ("a", 1, False, 20.0),
        ("a", 2, False, 0.0),
        ("ab", 1, False, 50.0),
        ("ab", 2, False, 20.0),
        ("aa", 1, False, 20.0),
        ("aa", 1, True, 50.0),
    ],
)
def test_who_queues_a_run_now_learns_when_it_would_start(
    recipe, folder, monkeypatch, *, owners, num_slots, had_turn, seconds
):
    monkeypatch.setattr(slots, "slot_names", lambda: ("0", "1")[:num_slots])
    for owner, expected in zip(owners, (20.0, 30.0), strict=False):
        queue.submit_run(recipe, name="a", owner=owner, expected_seconds=expected, folder=folder)
    assert queue.next_start(queue.list_queue(folder), had_turn=had_turn) == seconds
