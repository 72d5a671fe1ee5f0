"""What a job does with a run on its node."""

import pytest

from fmnist_core.jobs import control, queue, run_recorder, worker
from fmnist_core.jobs.executors import slurm_job
from fmnist_core.jobs.executors.slurm_job import TrainRun
from fmnist_core.runs import leases, store
from fmnist_core.runs.event_log import Follower
from fmnist_core.runs.leases import Lease
from fmnist_core.runs.run import RunState
from fmnist_core.training.events import Failed, Started, TrainingWarning
from fmnist_core.training.recipe import Recipe
from tests.factories import shrink_synthetic

RECIPE = Recipe.parse(
    {"model": "mlp", "data": "drawn", "epochs": 2, "batch_size": 64, "precision": "float32"}
)

pytestmark = pytest.mark.usefixtures("no_dispatcher", "one_thread")


@pytest.fixture(autouse=True)
def _job(monkeypatch):
    """A job of submitit's own executor, and a few garments."""
    monkeypatch.setenv("SUBMITIT_EXECUTOR", "local")
    monkeypatch.setenv("SUBMITIT_LOCAL_JOB_ID", "7")
    monkeypatch.delenv(slurm_job.RESTARTS, raising=False)
    shrink_synthetic(monkeypatch, 600, 120, seed=3)


@pytest.fixture
def run(tmp_path):
    run = store.create_run(RECIPE, name="job", folder=tmp_path)
    leases.write(run.lease_file, Lease(token="mine"))
    return run


def notices(run):
    events = Follower(run.events_file).read()
    return [event.message for event in events if isinstance(event, TrainingWarning)]


def test_it_trains_the_run_and_gives_it_back(run):
    TrainRun(str(run.path), "mine")()
    assert run.state() is RunState.FINISHED
    assert not run.lease_file.exists()
    assert notices(run) == []


def test_run_of_another_submission_is_left_alone(run):
    TrainRun(str(run.path), "another's")()
    assert run.state() is RunState.QUEUED
    assert leases.read(run.lease_file).token == "mine"


def test_canceled_run_is_left_alone(run):
    run.lease_file.unlink()
    TrainRun(str(run.path), "mine")()
    assert not run.events_file.exists()


def test_run_that_no_longer_waits_is_given_back(run):
    queue.submit_run(RECIPE, name="other", folder=run.path.parent)
    worker.train_run(run)
    leases.write(run.lease_file, Lease(token="mine"))
    TrainRun(str(run.path), "mine")()
    assert not run.lease_file.exists()


class Preempting(run_recorder.RunRecorder):
    """Makes room at its first event, as if submitit had got its signal then."""

    def record(self, event):
        super().record(event)
        if isinstance(event, Started):
            self.make_room()


def test_preempted_run_waits_and_its_job_goes_on_where_it_was(run, monkeypatch):
    job = TrainRun(str(run.path), "mine")
    with monkeypatch.context() as patch:
        patch.setattr(run_recorder, "RunRecorder", Preempting)
        job()
    assert run.state() is RunState.QUEUED
    leases.write(run.lease_file, Lease(token="mine"))
    rest = job.checkpoint()
    rest.function()
    assert run.state() is RunState.FINISHED
    assert notices(run) == [slurm_job.MOVED]


def test_error_is_recorded(run):
    run.recipe_file.write_text("{}")
    TrainRun(str(run.path), "mine")()
    assert isinstance(Follower(run.events_file).read()[-1], Failed)
    assert not run.lease_file.exists()


def test_requeued_job_says_that_its_node_was_lost(run, monkeypatch):
    class StopAtFirst(control.CommandReader):
        def read(self):
            return [control.ControlCommand(control="stop")]

    worker.train_run(run, StopAtFirst(run.control_file))
    assert run.snapshot_file.exists()
    with run.events_file.open("ab") as file:  # it was killed a step later
        file.write(Follower(run.events_file).read()[0].model_dump_json().encode() + b"\n")
    leases.write(run.lease_file, Lease(token="mine", renewed_at=1.0))
    monkeypatch.setenv(slurm_job.RESTARTS, "1")
    TrainRun(str(run.path), "mine")()
    assert run.state() is RunState.FINISHED
    assert notices(run) == [slurm_job.LOST]
