"""The journal: a damaged line spoils only itself, and a resume voids what it repeats."""

import pytest

from fmnist_core.runs import event_log


@pytest.fixture
def path(tmp_path):
    return tmp_path / "events.jsonl"


def steps(events):
    return [getattr(event, "step", event.type) for event in events]


def test_follower_gives_what_was_appended(path, told):
    follower = event_log.Follower(path)
    assert follower.read() == []
    for event in (told.started(), told.step(1)):
        event_log.append(path, event)
    assert follower.read() == [told.started(), told.step(1)]
    event_log.append(path, told.step(2))
    assert steps(follower.read()) == [0, 1, 2]


def test_half_a_line_waits_for_its_other_half(path, told):
    follower = event_log.Follower(path)
    line = told.step(1).model_dump_json().encode() + b"\n"
    path.write_bytes(line[:40])
    assert follower.read() == []
    path.write_bytes(line)
    assert follower.read() == [told.step(1)]
    assert follower.num_damaged == 0


def test_line_after_a_half_written_one_is_safe(path, told):
    path.write_bytes(told.step(1).model_dump_json().encode()[:40])
    event_log.append(path, told.step(2))
    follower = event_log.Follower(path)
    assert steps(follower.read()) == [2]
    assert follower.num_damaged == 1


@pytest.mark.parametrize("rubbish", [b"{]\n", b"\xff\xfe\x00\n", b'{"type": "sung"}\n', b"17\n"])
def test_damaged_line_spoils_only_itself(path, told, rubbish):
    event_log.append(path, told.step(1))
    with path.open("ab") as file:
        file.write(rubbish)
    event_log.append(path, told.step(2))
    follower = event_log.Follower(path)
    assert steps(follower.read()) == [1, 2]
    assert follower.num_damaged == 1
    assert event_log.last_event(path) == told.step(2)


def test_resume_voids_what_it_repeats(path, told):
    for step in range(1, 6):
        event_log.append(path, told.step(step))
    event_log.append(path, told.interrupted())
    event_log.append(path, told.started(step=3))
    event_log.append(path, told.step(4))
    assert steps(event_log.Follower(path).read()) == [1, 2, 3, "interrupted", 3, 4]


def test_following_and_reading_at_once_agree(path, told):
    follower = event_log.Follower(path)
    for event in (told.started(), told.step(1), told.step(2), told.started(step=1), told.step(2)):
        event_log.append(path, event)
        follower.read()
    assert follower.events == event_log.Follower(path).read()


def test_last_event_is_the_last_whole_line(path, told):
    assert event_log.last_event(path) is None
    event_log.append(path, told.step(1))
    with path.open("ab") as file:
        file.write(b'{"type": "step", "step": 2')
    assert event_log.last_event(path) == told.step(1)


def test_last_event_of_a_long_journal(path, told):
    for step in range(200):
        event_log.append(path, told.step(step))
    assert path.stat().st_size > event_log.TAIL_BYTES
    assert event_log.last_event(path) == told.step(199)
    assert 10 < len(event_log.tail(path)) < 200
