"""What a line of the queue says, and where runs train."""

from dataclasses import replace
from pathlib import Path

import pytest

from fmnist_core.health_page.live_view import queue_text, training_figure
from fmnist_core.jobs import slots
from fmnist_core.jobs.executors import registry, status
from fmnist_core.jobs.executors.executor import Capacity
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


@pytest.mark.parametrize(
    ("names", "detail"), [(("cpu",), "on the CPU"), (("0",), "on 1 GPU"), (("0", "1"), "on 2 GPUs")]
)
def test_devices_of_this_machine_are_named(monkeypatch, names, detail) -> None:
    monkeypatch.setattr(slots, "slot_names", lambda: names)
    figure = training_figure(num_training=1, num_waiting=0)
    assert (figure.value, figure.detail) == (f"1 of {len(names)}", f"{detail}; none waits")


def test_cluster_is_named_with_what_it_has(monkeypatch, runs_folder: Path) -> None:
    runs_folder.mkdir()
    monkeypatch.setenv(registry.VARIABLE, "ray")
    status.report_capacity(runs_folder, Capacity(num_slots=6))
    figure = training_figure(num_training=4, num_waiting=2)
    assert (figure.value, figure.detail) == ("4 of 6", "Ray cluster; 2 waiting")
