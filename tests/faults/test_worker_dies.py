"""A worker that dies leaves its run readable, says why, and goes on from its last snapshot."""

import signal

import pytest

from fmnist_core.errors import RunError
from fmnist_core.jobs import control, queue
from fmnist_core.jobs.launch import start_module
from fmnist_core.runs import store
from fmnist_core.runs.event_log import Follower
from fmnist_core.runs.run import RunState
from fmnist_core.training.events import ControlChanged, Epoch, Started
from tests.faults.conftest import LONG, is_not_running, num_epochs, wait_until, worker_of


def test_killed_mid_epoch_it_is_interrupted_and_says_why(training):
    worker_of(training).send_signal(signal.SIGKILL)
    wait_until(lambda: training.reason() is not None and "killed" in training.reason())
    assert training.state() is RunState.INTERRUPTED
    assert num_epochs(training) >= 2


def test_killed_and_resumed_no_epoch_is_lost_or_told_twice(training):
    worker_of(training).send_signal(signal.SIGKILL)
    wait_until(lambda: training.reason() is not None)
    before = num_epochs(training)
    queue.resume_run(training)
    wait_until(lambda: num_epochs(training) >= before + 2)
    events = Follower(training.events_file).read()
    epochs = [event.epoch for event in events if isinstance(event, Epoch)]
    assert epochs == list(range(1, len(epochs) + 1))
    assert [event for event in events if isinstance(event, Started)][-1].step > 0


def test_stopped_in_the_middle_it_resumes_there(training):
    control.send_command(training, "stop")
    wait_until(lambda: training.state() is RunState.STOPPED)
    assert training.snapshot_file.exists()
    queue.resume_run(training)
    before = num_epochs(training)
    wait_until(lambda: num_epochs(training) > before)
    with pytest.raises(RunError, match="is running"):
        queue.resume_run(training)


def test_half_written_line_spoils_only_itself(training):
    worker_of(training).send_signal(signal.SIGKILL)
    wait_until(lambda: is_not_running(training))
    before = num_epochs(training)
    content = training.events_file.read_bytes().rstrip(b"\n")
    training.events_file.write_bytes(content[:-20])
    queue.resume_run(training)
    wait_until(lambda: num_epochs(training) > before)
    assert Follower(training.events_file).read()


def test_paused_it_waits_and_goes_on_for_one_epoch(training):
    control.send_command(training, "pause")
    wait_until(lambda: controls(training) == ["pause"])
    before = num_epochs(training)
    control.send_command(training, "one epoch")
    wait_until(lambda: controls(training) == ["pause", "one epoch", "pause"])
    assert num_epochs(training) == before + 1
    control.send_command(training, "go on")
    wait_until(lambda: num_epochs(training) > before + 1)


def test_paused_it_makes_room_and_goes_on_when_told(training):
    control.send_command(training, "pause")
    wait_until(lambda: controls(training) == ["pause"])
    other = queue.submit_run(training.recipe(), name="other", owner="somebody else")
    wait_until(lambda: other.state() is RunState.RUNNING)
    assert training.state() is RunState.PAUSED
    before = num_epochs(training)
    queue.control_run(training, "one epoch")
    assert [entry.position for entry in queue.list_queue()] == [0, 1]
    queue.control_run(other, "stop")
    wait_until(lambda: num_epochs(training) > before and controls(training)[-1] == "pause")
    assert num_epochs(training) == before + 1


def controls(run):
    return [
        event.control
        for event in Follower(run.events_file).read()
        if isinstance(event, ControlChanged)
    ]


def test_three_dispatchers_start_a_run_once(tmp_path, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    run = store.create_run(LONG, name="only once", folder=tmp_path)
    log = tmp_path / "log"
    dispatchers = [
        start_module("fmnist_core.jobs.dispatcher", str(tmp_path), log=log) for _ in range(3)
    ]
    wait_until(lambda: num_epochs(run) >= 2)
    events = Follower(run.events_file).read()
    assert sum(isinstance(event, Started) for event in events) == 1
    control.send_command(run, "stop")
    assert [dispatcher.wait(timeout=60) for dispatcher in dispatchers] == [0, 0, 0]


def test_a_second_run_waits_for_the_first(training):
    second = queue.submit_run(training.recipe(), name="second")
    assert [entry.position for entry in queue.list_queue()] == [0, 1]
    assert queue.list_queue()[1].starts_in > 0
    control.send_command(training, "stop")
    wait_until(lambda: second.state() is RunState.RUNNING)
