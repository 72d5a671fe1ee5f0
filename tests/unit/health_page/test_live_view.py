"""What a line of the queue says."""

from dataclasses import replace
from pathlib import Path

from fmnist_core.health_page.live_view import queue_text
from fmnist_core.jobs.queue import QueueEntry
from fmnist_core.runs.run import Run

TRAINS = QueueEntry(
    run=Run(Path("a")), name="CNN", by="Ada", position=0, starts_in=0, seconds_left=180,
    has_slot=True,
)  # fmt: skip


def test_each_state_has_its_words() -> None:
    paused = replace(TRAINS, is_paused=True)
    texts = [
        queue_text(TRAINS),
        queue_text(paused),
        queue_text(replace(paused, has_slot=False)),
        queue_text(replace(TRAINS, position=1)),
        queue_text(replace(TRAINS, position=2, starts_in=180)),
    ]
    assert texts == [
        "trains, about 3 min left",
        "pauses",
        "pauses; others train meanwhile",
        "is next",
        "waits, starts in about 3 min",
    ]
