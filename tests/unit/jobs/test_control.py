"""Commands reach the worker once and in order."""

import pytest

from fmnist_core.errors import RunError
from fmnist_core.jobs import control, queue
from fmnist_core.jobs.control import CommandReader, ControlCommand
from tests import factories


@pytest.fixture
def running(make_run):
    run = make_run()
    with run.lock():
        yield run


def test_commands_arrive_once_and_in_order(running):
    reader = CommandReader(running.control_file)
    control.send_command(running, "pause")
    control.send_command(running, "learning rate", 0.5)
    assert reader.read() == [
        ControlCommand(control="pause"),
        ControlCommand(control="learning rate", value=0.5),
    ]
    assert reader.read() == []
    control.send_command(running, "stop", reason=control.STOPPED_BY_TEACHER)
    assert reader.read() == [ControlCommand(control="stop", reason=control.STOPPED_BY_TEACHER)]


def test_command_sent_before_the_worker_reads_is_kept(running):
    control.send_command(running, "stop")
    assert CommandReader(running.control_file).read() == [ControlCommand(control="stop")]


@pytest.mark.usefixtures("no_dispatcher")
def test_resume_drops_commands_to_the_previous_worker(make_run):
    run = make_run(factories.started(), factories.stopped())
    with run.lock():
        control.send_command(run, "stop")
    queue.resume_run(run)
    assert CommandReader(run.control_file).read() == []


def test_invalid_lines_are_skipped(running):
    reader = CommandReader(running.control_file)
    running.control_file.write_bytes(b'{]\n{"knob": "faster"}\n{"knob": "stop"}\n{"knob": "pa')
    assert reader.read() == [ControlCommand(control="stop")]


@pytest.mark.parametrize("factor", [None, 0, -1, float("nan"), float("inf"), 1001])
def test_impossible_factor_is_refused(running, factor):
    with pytest.raises(RunError, match=f"The factor is {factor}; it must be above 0"):
        control.send_command(running, "learning rate", factor)


def test_only_a_training_run_takes_commands(make_run):
    with pytest.raises(RunError, match="is not training"):
        control.send_command(make_run(), "pause")


def test_last_requested_factor_is_known(running):
    assert control.requested_factor(running) is None
    control.send_command(running, "learning rate", 0.5)
    control.send_command(running, "pause")
    assert control.requested_factor(running) == 0.5
