"""Events round-trip through lines of events.jsonl, and lines of older versions are readable."""

import json
from typing import get_args

import pytest
from pydantic import ValidationError

from fmnist_core.training import events

AT = '"step": 3, "epoch": 0.5, "seconds": 1.5'
OLD_LINES = {
    "queued": '{"type": "queued", "at": "2026-01-01T00:00:00.000+00:00"}',
    "started": '{"type": "started", "step": 0, "epoch": 0.0, "seconds": 0.0, "parameters": 1000, '
    '"steps_per_epoch": 107, "num_train": 55000, "num_validation": 5000, "device": "A CPU", '
    '"precision": "bfloat16", "threads": 2, "started_from": "scratch", "micro_batch": 512}',
    "phase": f'{{"type": "phase", {AT}, "number": 1, "trainable": "head", "epochs": 2, '
    '"learning_rate": 0.001, "schedule": "cosine", "parameters": 10, "cached_features": true}',
    "features": f'{{"type": "features", {AT}, "done": 100, "total": 1000, "eta_seconds": 9.5}}',
    "step": f'{{"type": "step", {AT}, "loss": 0.5, "accuracy": 0.8, "learning_rate": 0.1, '
    '"images_per_second": 9.0, "eta_seconds": 4.0}',
    "epoch": '{"type": "epoch", "step": 107, "epoch": 1, "seconds": 1.5, "train_loss": 0.5, '
    '"train_accuracy": 0.8, "validation_loss": 0.4, "validation_accuracy": 0.9, '
    f'"confusion": {[[9] * 10] * 10}, "best": true}}',
    "turned": f'{{"type": "turned", {AT}, "knob": "learning rate", "value": 0.5}}',
    "warned": f'{{"type": "warned", {AT}, "message": "The loss has exploded."}}',
    "stopped": '{"type": "stopped", "reason": "Stopped by a user."}',
    "failed": '{"type": "failed", "reason": "Out of memory.", "traceback": "Traceback"}',
    "interrupted": '{"type": "interrupted", "reason": "The process was killed."}',
    "finished": '{"type": "finished", "step": 3, "seconds": 1.5, "test_loss": 0.3, '
    '"test_accuracy": 0.9}',
}
"""A line of each type as the first version wrote it: run folders keep such lines forever."""


def test_every_type_of_event_has_an_old_line_here():
    classes = get_args(get_args(events.LoggedEvent)[0])
    assert {event_class.model_fields["type"].default for event_class in classes} == set(OLD_LINES)


@pytest.mark.parametrize("event_type", OLD_LINES)
def test_old_line_is_read_and_written_with_the_same_keys(event_type):
    line = OLD_LINES[event_type]
    event = events.parse_line(line.encode())
    assert event.type == event_type
    assert list(json.loads(event.model_dump_json()).items()) == list(json.loads(line).items())


@pytest.mark.parametrize("control", ["learning rate", "pause", "go on", "one epoch", "stop"])
def test_every_control_of_an_old_line_is_read(control):
    line = f'{{"type": "turned", {AT}, "knob": "{control}"}}'
    assert events.parse_line(line.encode()).control == control


def test_pause_that_made_room_is_read_as_it_was_written():
    pause = events.Stopped(reason="Paused.", is_pause=True, at="2026-01-01T00:00:00.000+00:00")
    assert events.parse_line(pause.model_dump_json().encode()) == pause


@pytest.mark.parametrize("line", [b"", b"{}", b'{"type": "sung"}', b'{"type": "stopped"}', b"[]"])
def test_invalid_line_is_rejected(line):
    with pytest.raises(ValidationError):
        events.parse_line(line)


def test_unknown_keys_of_a_later_version_are_ignored():
    line = b'{"type": "stopped", "reason": "Enough.", "by": "Ada"}'
    assert events.parse_line(line) == events.Stopped(reason="Enough.")
