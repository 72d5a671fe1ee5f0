"""The event log: damaged lines are skipped, and a resume replaces what it repeats."""

import pytest

from fmnist_core.runs import event_log
from tests import factories


@pytest.fixture
def path(tmp_path):
    return tmp_path / "events.jsonl"


def steps(events):
    return [getattr(event, "step", event.type) for event in events]


def test_follower_returns_appended_events(path):
    follower = event_log.Follower(path)
    assert follower.read() == []
    for event in (factories.started(), factories.step(1)):
        event_log.append_event(path, event)
    assert follower.read() == [factories.started(), factories.step(1)]
    event_log.append_event(path, factories.step(2))
    assert steps(follower.read()) == [0, 1, 2]


def test_incomplete_line_waits_for_its_end(path):
    follower = event_log.Follower(path)
    line = factories.step(1).model_dump_json().encode() + b"\n"
    path.write_bytes(line[:40])
    assert follower.read() == []
    path.write_bytes(line)
    assert follower.read() == [factories.step(1)]
    assert follower.num_damaged == 0


def test_line_after_an_incomplete_one_is_read(path):
    path.write_bytes(factories.step(1).model_dump_json().encode()[:40])
    event_log.append_event(path, factories.step(2))
    follower = event_log.Follower(path)
    assert steps(follower.read()) == [2]
    assert follower.num_damaged == 1


@pytest.mark.parametrize("damaged", [b"{]\n", b"\xff\xfe\x00\n", b'{"type": "sung"}\n', b"17\n"])
def test_only_the_damaged_line_is_skipped(path, damaged):
    event_log.append_event(path, factories.step(1))
    with path.open("ab") as file:
        file.write(damaged)
    event_log.append_event(path, factories.step(2))
    follower = event_log.Follower(path)
    assert steps(follower.read()) == [1, 2]
    assert follower.num_damaged == 1
    assert event_log.last_event(path) == factories.step(2)


def test_resume_replaces_the_steps_it_repeats(path):
    for step in range(1, 6):
        event_log.append_event(path, factories.step(step))
    event_log.append_event(path, factories.interrupted())
    event_log.append_event(path, factories.started(step=3))
    event_log.append_event(path, factories.step(4))
    assert steps(event_log.Follower(path).read()) == [1, 2, 3, "interrupted", 3, 4]


def test_following_and_reading_at_the_end_agree(path):
    follower = event_log.Follower(path)
    for event in (
        factories.started(),
        factories.step(1),
        factories.step(2),
        factories.started(step=1),
        factories.step(2),
    ):
        event_log.append_event(path, event)
        follower.read()
    assert follower.events == event_log.Follower(path).read()


def test_last_event_is_the_last_complete_line(path):
    assert event_log.last_event(path) is None
    event_log.append_event(path, factories.step(1))
    with path.open("ab") as file:
        file.write(b'{"type": "step", "step": 2')
    assert event_log.last_event(path) == factories.step(1)


def test_log_of_a_finished_run_that_was_cut_short_is_named(make_run):
    run = make_run(*factories.training_events(), finished=True)
    assert event_log.describe_damage(run.events_file) is None
    content = run.events_file.read_bytes()
    for length in (0, 1, len(content) // 2, len(content) - 1):
        run.events_file.write_bytes(content[:length])
        assert "events.jsonl, was cut short" in event_log.describe_damage(run.events_file)


def test_epochs_in_the_log_are_counted(path):
    assert event_log.num_epochs(path) == 0
    for event in factories.training_events(epochs=2.5):
        event_log.append_event(path, event)
    assert event_log.num_epochs(path) == 2


def test_last_event_of_a_long_log(path):
    for step in range(200):
        event_log.append_event(path, factories.step(step))
    assert path.stat().st_size > event_log.TAIL_BYTES
    assert event_log.last_event(path) == factories.step(199)
    assert 10 < len(event_log.read_tail(path)) < 200


def test_starts_are_found_without_what_is_between(path):
    assert event_log.read_starts(path) == []
    starts = [factories.started(), factories.queued(), factories.started(300)]
    logged = [starts[0], factories.step(1), factories.stopped(), *starts[1:], factories.epoch(4)]
    for event in logged:
        event_log.append_event(path, event)
    with path.open("ab") as file:
        file.write(b'{"type": "queued"]\n')
    assert event_log.read_starts(path) == starts
