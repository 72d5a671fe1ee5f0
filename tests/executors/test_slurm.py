"""A job that Slurm preempts saves its run and goes on with it, by real signals."""

import signal

import pytest

from fmnist_core.jobs import queue
from fmnist_core.jobs.executors.slurm_job import MOVED
from fmnist_core.runs import leases
from fmnist_core.runs.run import RunState
from fmnist_core.training.events import Epoch, Started, TrainingWarning
from tests.executors.conftest import LONG
from tests.executors.test_executors import events_of
from tests.faults.conftest import num_epochs, wait_until


@pytest.mark.parametrize("open_place", ["slurm"], indirect=True)
def test_preempted_job_is_requeued_and_goes_on_in_the_same_epoch(place):
    run = queue.submit_run(LONG, name="preempted")
    wait_until(lambda: num_epochs(run) >= 1)
    token = leases.read(run.lease_file).token
    (process,) = place.training_processes()
    process.send_signal(signal.SIGUSR2)
    wait_until(lambda: len(events_of(run, Started)) == 2)
    before = num_epochs(run)
    wait_until(lambda: num_epochs(run) > before)
    assert run.state() is RunState.RUNNING
    assert leases.read(run.lease_file).token == token
    assert [event.message for event in events_of(run, TrainingWarning)] == [MOVED]
    assert events_of(run, Started)[1].step > 0
    epochs = [event.epoch for event in events_of(run, Epoch)]
    assert epochs == list(range(1, len(epochs) + 1))
