"""Positions and expected starts in the queue."""

import pytest

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
