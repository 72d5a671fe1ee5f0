"""Turns: one run each per round, whoever has waited longest first."""

from pathlib import Path

import pytest

from fmnist_core.jobs import turns
from fmnist_core.runs.run import Run, RunMetadata


def waiting(*names: str) -> list[turns.WaitingRun]:
    """Runs that were queued in this order; the first letter of a name is its person."""
    return [
        turns.WaitingRun(run=Run(Path(name)), person=name[0], queued_at=f"2026-01-01T00:00:{at:02}")
        for at, name in enumerate(names)
    ]


@pytest.mark.parametrize(
    ("queued", "served", "order"),
    [
        ("a1 a2 a3", "", "a1 a2 a3"),
        ("a1 a2 a3 b1 b2", "", "a1 b1 a2 b2 a3"),
        ("a2 a3 b1 c1", "a", "b1 c1 a2 a3"),
        ("a2 b2 c1", "ab", "c1 a2 b2"),
        ("a2 b2", "ab", "a2 b2"),
    ],
)
def test_people_take_turns(queued: str, served: str, order: str) -> None:
    in_turn = turns.in_turn(reversed(waiting(*queued.split())), served)
    assert [turn.run.id for turn in in_turn] == order.split()


def test_only_the_first_run_of_a_round_cannot_be_delayed_by_newcomers() -> None:
    in_turn = turns.in_turn(waiting("a2", "b1", "b2"), "a")
    assert [turn.can_be_delayed for turn in in_turn] == [False, True, True]


def test_a_second_turn_begins_the_next_round(tmp_path: Path) -> None:
    for person in "abca":
        turns.record_turn(tmp_path, person)
    assert turns.read_served(tmp_path) == ["a"]
    turns.forget(tmp_path)
    turns.forget(tmp_path)
    assert turns.read_served(tmp_path) == []


def test_nobody_waits_longer_than_one_run_of_each_other_person(tmp_path: Path) -> None:
    """Ada queues ten runs, Bob one after each of hers starts: they alternate."""
    queue = waiting(*(f"a{number}" for number in range(10)))
    started = []
    for number in range(6):
        run = turns.in_turn(queue, turns.read_served(tmp_path))[0].run
        entry = next(entry for entry in queue if entry.run == run)
        queue.remove(entry)
        turns.record_turn(tmp_path, entry.person)
        started.append(entry.person)
        if entry.person == "a":
            bobs = turns.WaitingRun(run=Run(Path(f"b{number}")), person="b", queued_at="2027")
            queue.append(bobs)
    assert "".join(started) == "ababab"


@pytest.mark.parametrize("content", ["[", "3", '{"a": 1}', "[3]"])
def test_a_damaged_file_means_that_nobody_has_had_a_turn(tmp_path: Path, content: str) -> None:
    (tmp_path / ".turns.json").write_text(content)
    assert turns.read_served(tmp_path) == []


def test_a_turn_that_cannot_be_recorded_is_not_counted(tmp_path: Path) -> None:
    (tmp_path / ".turns.json").mkdir()
    turns.record_turn(tmp_path, "a")
    assert turns.read_served(tmp_path) == []


def test_a_run_is_its_owners_or_its_students() -> None:
    metadata = RunMetadata(name="CNN", by="Ada", created="")
    assert turns.person_of(metadata) == "Ada"
    assert turns.person_of(metadata.model_copy(update={"owner": "1f"})) == "1f"
