"""The recorder: a run that makes room goes on later, and its log says what users should know."""

import pytest

from fmnist_core.jobs import worker
from fmnist_core.jobs.control import ControlCommand
from fmnist_core.jobs.run_recorder import RunRecorder
from fmnist_core.runs import store
from fmnist_core.runs.event_log import Follower
from fmnist_core.runs.run import RunState
from fmnist_core.training.events import Epoch, Started, TrainingWarning
from fmnist_core.training.recipe import Recipe
from tests.factories import shrink_synthetic

RECIPE = Recipe.parse(
    {"model": "mlp", "data": "drawn", "epochs": 2, "batch_size": 64, "precision": "float32"}
)

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def run(tmp_path, monkeypatch):
    shrink_synthetic(monkeypatch, 600, 120, seed=3)
    return store.create_run(RECIPE, name="recorded", folder=tmp_path)


class Commands:
    """Send one command, once, before the first epoch ends."""

    def __init__(self, *commands):
        self.commands = [ControlCommand(control=command) for command in commands]

    def read(self):
        return [self.commands.pop(0)] if self.commands else []


def events_of(run, kind):
    return [event for event in Follower(run.events_file).read() if isinstance(event, kind)]


def test_run_that_makes_room_waits_and_goes_on_where_it_was(run):
    recorder = RunRecorder(run)
    recorder.make_room()
    recorder.train()
    assert run.state() is RunState.QUEUED
    assert run.snapshot_file.exists()
    worker.take_turn(run)
    assert run.state() is RunState.FINISHED
    assert len(events_of(run, Started)) == 2


def test_paused_run_that_makes_room_stays_paused(run):
    recorder = RunRecorder(run)
    recorder.pause()
    recorder.make_room()
    recorder.train()
    assert run.state() is RunState.PAUSED


def test_run_that_a_user_has_stopped_stays_stopped(run):
    recorder = RunRecorder(run, Commands("stop"))
    recorder.apply_commands()
    recorder.make_room()
    recorder.train()
    assert run.state() is RunState.STOPPED


def test_notice_is_told_once_training_has_started(run):
    RunRecorder(run, notice="It has moved.").train()
    assert [event.message for event in events_of(run, TrainingWarning)] == ["It has moved."]
    assert len(events_of(run, Epoch)) == 2
