"""The dispatcher: it starts what waits, and records why a worker has died."""

import errno
from dataclasses import dataclass

import pytest

from fmnist_core.jobs import dispatcher, queue
from fmnist_core.jobs.executors import registry, status
from fmnist_core.jobs.executors.executor import Capacity, Executor, ExecutorError
from fmnist_core.runs.run import RunState
from tests import factories


@dataclass
class EndedWorker:
    """A worker that has ended, perhaps because of this."""

    reason: str = ""

    def has_ended(self):
        return True

    def failure(self):
        return self.reason


class InstantExecutor(Executor):
    """Runs end as soon as they start, unless one of these errors comes first."""

    def __init__(self, *errors):
        self.errors, self.order = list(errors), []

    def capacity(self, *_):
        return Capacity(num_slots=1)

    def is_full(self, *_):
        return False

    def start(self, run):
        if self.errors:
            error = self.errors.pop(0)
            if error is None:
                return None
            raise error
        self.order.append(run)
        run.append_event(factories.stopped())
        return EndedWorker()


@pytest.fixture
def make_dead_run(make_run):
    """Make a run whose worker died because of this."""

    def end(failure, *lines):
        run = make_run(*lines)
        started = dispatcher.StartedRun(run, queue.queued_at(run), EndedWorker(failure))
        dispatcher.record_exit(started)
        return run

    return end


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(dispatcher, "POLL_SECONDS", 0)
    monkeypatch.setattr(dispatcher, "RETRY_SECONDS", 0)


def test_why_a_worker_died_is_recorded(make_dead_run):
    run = make_dead_run("It was killed.", factories.started(), factories.step(1))
    assert run.state() is RunState.INTERRUPTED
    assert run.reason() == "It was killed."


def test_worker_that_never_started_is_not_started_again(make_dead_run):
    assert make_dead_run("It was killed.").state() is RunState.INTERRUPTED


def test_reason_recorded_by_the_worker_is_kept(make_dead_run):
    run = make_dead_run("It ended.", factories.started(), factories.failed())
    assert run.reason() == "Memory ran out."


def test_normal_exit_is_not_recorded(make_dead_run):
    assert make_dead_run("").state() is RunState.QUEUED


@pytest.mark.parametrize(
    "errors", [[OSError(errno.ENOSPC, "No space left on device")] * 3, [None, None]]
)
def test_run_that_cannot_be_started_is_tried_again(make_run, errors):
    run, executor = make_run(), InstantExecutor(*errors)
    dispatcher.start_runs(run.path.parent, executor)
    assert executor.order == [run]
    assert executor.errors == []


def test_runs_start_in_turn(make_run):
    runs, executor = [make_run() for _ in range(3)], InstantExecutor()
    dispatcher.start_runs(runs[0].path.parent, executor)
    assert executor.order == runs


def test_executor_that_does_not_answer_is_asked_again_and_the_reason_is_told(
    make_run, runs_folder, monkeypatch
):
    run, told = make_run(), []
    executor = InstantExecutor(ExecutorError("Nobody answers."))

    def choose():
        told.append(status.read(runs_folder).problem)
        return executor

    monkeypatch.setattr(dispatcher, "get_executor", choose)
    dispatcher.main(runs_folder)
    assert told == ["", "Nobody answers."]
    assert executor.order == [run]
    assert status.read(runs_folder).problem == ""


def test_unknown_executor_is_told(make_run, runs_folder, monkeypatch):
    make_run()
    monkeypatch.setenv(registry.VARIABLE, "condor")
    dispatcher.serve_queue(runs_folder)
    assert status.read(runs_folder).problem.startswith("No executor 'condor'. Known: local")


def test_it_first_removes_what_killed_processes_left(make_run):
    run = make_run(factories.started(), finished=True)
    run.log_file.write_text("of a worker that was killed right after the report")
    dispatcher.main(run.path.parent)
    assert not run.log_file.exists()


def test_empty_queue_ends_at_once(tmp_path):
    dispatcher.main(tmp_path)
    assert list(tmp_path.iterdir()) == []
