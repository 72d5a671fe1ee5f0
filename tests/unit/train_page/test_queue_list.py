"""Positions and expected starts in the queue."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fmnist_core.jobs.queue import QueueEntry
from fmnist_core.runs.run import Run
from fmnist_core.train_page import queue_list
from tests import factories

ENTRY = QueueEntry(
    run=Run(Path("a")), name="CNN", by="", position=0, starts_in=90.0, seconds_left=40.0
)


@pytest.mark.parametrize(
    ("position", "text"),
    [
        (1, "next in line"),
        (2, "2nd in line"),
        (3, "3rd in line"),
        (11, "11th in line"),
        (22, "22nd in line"),
    ],
)
def test_position(position: int, text: str) -> None:
    assert queue_list.position_text(position) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "starting now"), (150, "starts in about 2 min")]
)
def test_expected_start(seconds: float, text: str) -> None:
    assert queue_list.start_text(seconds) == text


@pytest.mark.parametrize(
    ("by", "is_own", "text"),
    [("Ada", False, "Ada's CNN"), ("", False, "CNN"), ("Ada", True, "Your CNN")],
)
def test_an_entry_says_whose_run_it_is(by: str, is_own: bool, text: str) -> None:
    assert queue_list.whose("CNN", by=by, is_own=is_own) == text


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"has_slot": True}, "is training · about 40 s left"),
        ({"has_slot": True, "is_paused": True}, "is paused"),
        ({"is_paused": True}, "is paused · goes on after Resume"),
        ({"position": 1}, "is next in line · starts in about 90 s"),
        (
            {"position": 2, "can_be_delayed": True},
            "is 2nd in line · starts in about 90 s, or later if others join",
        ),
    ],
)
def test_an_entry_says_what_it_does(changes: dict[str, Any], text: str) -> None:
    texts = queue_list.entry_texts(replace(ENTRY, **changes))
    assert " ".join(filter(None, texts)) == text


@pytest.mark.parametrize(
    ("changes", "minutes", "is_long"),
    [
        ({}, 11, True),
        ({}, 9, False),
        ({"has_slot": True}, 11, False),
        ({"paused_at": None}, 11, False),
    ],
)
def test_a_long_pause_is_of_no_interest_to_others(
    changes: dict[str, Any], minutes: int, is_long: bool
) -> None:
    paused_at = factories.pause_ended().at
    assert paused_at
    entry = replace(ENTRY, is_paused=True, paused_at=paused_at)
    now = datetime.fromisoformat(paused_at) + timedelta(minutes=minutes)
    assert queue_list.has_paused_for_long(replace(entry, **changes), now=now) is is_long


@pytest.mark.parametrize(
    ("positions", "text"),
    [
        ([1], "1 other waits · the last one starts in about 90 s"),
        ([2, 3], "2 others wait · the last one starts in about 90 s"),
        ([2, 3, 0], "2 others wait, 1 is paused · the last one starts in about 90 s"),
        ([0], "1 other is paused"),
        ([0, 0], "2 others are paused"),
    ],
)
def test_others_are_counted(positions: list[int], text: str) -> None:
    entries = [replace(ENTRY, position=position) for position in positions]
    assert " ".join(filter(None, queue_list.others_texts(entries))) == text
