"""Positions and expected starts in the queue."""

from pathlib import Path

import pytest

from fmnist_core.jobs.queue import QueueEntry
from fmnist_core.runs.run import Run
from fmnist_core.train_page import queue_list


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
    ("position", "is_paused", "is_blocked", "text"),
    [
        (0, False, False, "is training"),
        (0, True, True, "is paused"),
        (1, False, False, "is next in line · starts in about 90 s"),
        (1, False, True, "is next in line · starts when the paused run resumes or stops"),
    ],
)
def test_an_entry_says_what_it_does(
    position: int, is_paused: bool, is_blocked: bool, text: str
) -> None:
    entry = QueueEntry(run=Run(Path("a")), name="CNN", by="", position=position, starts_in=90.0)
    texts = queue_list.entry_texts(entry, is_paused=is_paused, is_blocked=is_blocked)
    assert " ".join(filter(None, texts)) == text
