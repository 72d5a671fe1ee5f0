"""Events survive being a line of JSON."""

import pytest
from pydantic import ValidationError

from fmnist_core.training import events

PLACE = {"step": 3, "epoch": 0.5, "seconds": 1.5}
LINES = [
    events.Queued(at="2026-01-01T00:00:00.000+00:00"),
    events.Step(
        **PLACE, loss=0.5, accuracy=0.8, learning_rate=0.1, images_per_second=9.0, eta_seconds=4.0
    ),
    events.ControlChanged(**PLACE, knob="learning rate", value=0.5),
    events.TrainingWarning(**PLACE, message="Look."),
    events.Stopped(reason="Enough."),
    events.Failed(reason="No.", traceback="…"),
    events.Interrupted(reason="Killed."),
    events.Finished(step=3, seconds=1.5, test_loss=0.3, test_accuracy=0.9),
]


@pytest.mark.parametrize("event", LINES, ids=lambda event: event.type)
def test_line_gives_the_event_back(event):
    assert events.parse_line(event.model_dump_json().encode()) == event


@pytest.mark.parametrize("line", [b"", b"{}", b'{"type": "sung"}', b'{"type": "stopped"}', b"[]"])
def test_other_lines_are_refused(line):
    with pytest.raises(ValidationError):
        events.parse_line(line)


def test_a_later_version_may_say_more():
    line = b'{"type": "stopped", "reason": "Enough.", "by": "Ada"}'
    assert events.parse_line(line) == events.Stopped(reason="Enough.")
