"""Whether a job still trains its run, from its lease and from Slurm."""

import time

import pytest
from submitit.core.utils import JobPaths

from fmnist_core.jobs.executors.slurm_worker import ALIVE, CAUSES, SlurmWorker
from fmnist_core.runs import leases
from fmnist_core.runs.leases import Lease
from fmnist_core.runs.run import RunState
from tests import factories


class FakeJob:
    """A job in this state."""

    def __init__(self, folder, state="RUNNING"):
        self.job_id, self.state, self.is_canceled = "7", state, False
        self.paths = JobPaths(folder, job_id="7")

    def cancel(self, *, check):
        assert not check
        self.is_canceled = True


@pytest.fixture
def job(tmp_path):
    folder = tmp_path / ".slurm"
    folder.mkdir()
    return FakeJob(folder)


def lease(run, *, age=None):
    """Write the run's lease, renewed so many seconds ago; by default its job waits."""
    renewed_at = None if age is None else time.time() - age
    leases.write(run.lease_file, Lease(token="t", job="7", renewed_at=renewed_at))


@pytest.mark.parametrize("state", ALIVE)
def test_job_that_slurm_has_goes_on(make_run, job, state):
    run, job.state = make_run(), state
    lease(run)
    worker = SlurmWorker(run, job)
    assert not worker.has_ended()
    assert worker.is_in_queue()


@pytest.mark.parametrize("state", ["CANCELLED by 1000", "OUT_OF_MEMORY", "TIMEOUT", "FAILED", "?"])
def test_job_that_slurm_has_ended_gives_the_reason_at_once(make_run, job, state):
    run, job.state = make_run(factories.started(), factories.step(1)), state
    lease(run, age=1)
    worker = SlurmWorker(run, job)
    assert run.state() is RunState.RUNNING
    assert worker.has_ended()
    assert run.state() is RunState.INTERRUPTED
    assert CAUSES.get(state.split()[0], "its state in Slurm is ?") in worker.failure()


@pytest.mark.parametrize("state", ["UNKNOWN", "PREEMPTED"])
def test_where_slurm_is_unsure_the_lease_tells(make_run, job, state):
    run, job.state = make_run(factories.started(), factories.step(1)), state
    lease(run)
    worker = SlurmWorker(run, job)
    assert not worker.has_ended()
    lease(run, age=1)
    assert not worker.has_ended()
    lease(run, age=leases.EXPIRY_SECONDS)
    assert worker.has_ended()


def test_job_that_gave_the_run_back_has_ended(make_run, job):
    run = make_run(factories.started(), factories.stopped())
    worker = SlurmWorker(run, job)
    assert worker.has_ended()
    assert not job.is_canceled


def test_run_that_was_deleted_while_it_waited_is_canceled(make_run, job, tmp_path):
    run = make_run()
    lease(run)
    worker = SlurmWorker(run, job)
    assert not worker.has_ended()
    run.path.rename(tmp_path / "deleted")
    assert worker.has_ended()
    assert job.is_canceled


def test_resumed_run_that_was_canceled_while_it_waited_is_canceled(make_run, job):
    run = make_run(factories.started(), factories.stopped())
    lease(run)
    assert SlurmWorker(run, job).has_ended()
    assert job.is_canceled


def test_run_of_a_job_that_was_killed_and_requeued_waits(make_run, job):
    run, job.state = make_run(factories.started(), factories.step(1)), "PENDING"
    lease(run, age=leases.EXPIRY_SECONDS)
    assert not SlurmWorker(run, job).has_ended()
    assert run.state() is RunState.QUEUED


def test_files_of_the_job_are_removed_and_a_dead_one_leaves_its_output(make_run, job):
    run, job.state = make_run(factories.started()), "FAILED"
    lease(run, age=1)
    job.paths.stderr.write_text("Killed")
    script = job.paths.submission_file
    script.write_text("#!/bin/bash")
    (job.paths.folder / ".submission_file_1.sh").symlink_to(script)
    (job.paths.folder / "8_submission.sh").write_text("of another job")
    assert SlurmWorker(run, job).has_ended()
    assert [path.name for path in job.paths.folder.iterdir()] == ["8_submission.sh"]
    assert run.log_file.read_text() == "Killed"
    assert not run.lease_file.exists()


def test_finished_run_gets_no_output(make_run, job):
    run = make_run(factories.started(), finished=True)
    job.paths.stderr.write_text("a warning")
    assert SlurmWorker(run, job).has_ended()
    assert not run.log_file.exists()
