"""What every executor does: runs train, pause, stop, wait, resume and survive a killed process."""

import pytest

from fmnist_core.jobs import queue
from fmnist_core.jobs.executors.registry import EXECUTORS
from fmnist_core.runs.event_log import Follower
from fmnist_core.runs.run import RunState
from fmnist_core.training.events import ControlChanged, Epoch, Started
from tests.executors.conftest import LONG, SHORT
from tests.executors.places import PLACES
from tests.faults.conftest import num_epochs, wait_until


def test_every_executor_is_tested():
    assert PLACES.keys() == EXECUTORS.keys()


def events_of(run, kind):
    return [event for event in Follower(run.events_file).read() if isinstance(event, kind)]


def files_of(run):
    return {path.name for path in run.path.iterdir() if path.name != ".lock"}


@pytest.mark.usefixtures("place")
def test_a_run_is_the_same_folder_as_one_that_was_trained_here(trained_here):
    run = queue.submit_run(SHORT, name="short")
    wait_until(lambda: run.state() is RunState.FINISHED)
    wait_until(lambda: files_of(run) == files_of(trained_here))
    assert run.weights_file.read_bytes() == trained_here.weights_file.read_bytes()
    assert run.report().test_accuracy == trained_here.report().test_accuracy


def test_as_many_runs_train_as_there_are_places_and_the_others_wait(place):
    runs = [queue.submit_run(LONG, name="long") for _ in range(place.num_slots + 1)]
    wait_until(lambda: all(num_epochs(run) for run in runs[:-1]))
    assert [entry.run for entry in queue.list_queue()] == [*reversed(runs[:-1]), runs[-1]]
    assert [entry.position for entry in queue.list_queue()] == [0] * place.num_slots + [1]
    queue.cancel_run(runs[-1])
    assert not runs[-1].path.exists()


@pytest.fixture
def training(place):
    """A run in training, an epoch in."""
    run = queue.submit_run(LONG, name="long", folder=place.runs_folder)
    wait_until(lambda: num_epochs(run) >= 1)
    return run


def controls(run):
    return [event.control for event in events_of(run, ControlChanged)]


def test_it_pauses_goes_on_and_changes_its_learning_rate(training):
    queue.control_run(training, "pause")
    wait_until(lambda: controls(training) == ["pause"])
    before = num_epochs(training)
    queue.control_run(training, "learning rate", 0.5)
    queue.control_run(training, "one epoch")
    wait_until(lambda: controls(training)[-1] == "pause" and num_epochs(training) > before)
    assert num_epochs(training) == before + 1
    assert "learning rate" in controls(training)
    queue.control_run(training, "go on")
    wait_until(lambda: num_epochs(training) > before + 1)


def test_it_stops_in_the_middle_of_an_epoch_and_resumes_there(training):
    queue.control_run(training, "stop")
    wait_until(lambda: training.state() is RunState.STOPPED)
    before = num_epochs(training)
    queue.resume_run(training)
    wait_until(lambda: num_epochs(training) > before)
    first, second = events_of(training, Started)
    assert first.step == 0
    assert second.step >= before * first.steps_per_epoch
    epochs = [event.epoch for event in events_of(training, Epoch)]
    assert epochs == list(range(1, len(epochs) + 1))


def test_killed_process_costs_at_most_an_epoch(place):
    run = queue.submit_run(SHORT.changed(epochs=40), name="killed")
    wait_until(lambda: num_epochs(run) >= 2)
    for process in place.training_processes():
        process.kill()
    wait_until(lambda: run.state() is RunState.INTERRUPTED or len(events_of(run, Started)) > 1)
    if run.state() is RunState.INTERRUPTED:
        wait_until(lambda: "snapshot" in run.reason())
        queue.resume_run(run)
    wait_until(lambda: run.state() is RunState.FINISHED)
    assert [event.epoch for event in events_of(run, Epoch)] == list(range(1, 41))
    assert [event.step > 0 for event in events_of(run, Started)] == [False, True]
