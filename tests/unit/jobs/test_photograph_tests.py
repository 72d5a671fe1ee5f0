"""Tests on the real photographs are requested once, and their errors are kept."""

import pytest

from fmnist_core.errors import RunError
from fmnist_core.jobs import photograph_tests
from fmnist_core.jobs.background import BackgroundCommands


class Queue:
    """A queue that records what is submitted."""

    def __init__(self):
        self.submitted = []

    def submit(self, arguments, *, on_exit, **_):
        self.submitted.append((arguments, on_exit))


@pytest.fixture
def queue(monkeypatch):
    queue = Queue()
    commands = BackgroundCommands(user_waits=True, queue=queue)
    monkeypatch.setattr(photograph_tests, "COMMANDS", commands)
    return queue


@pytest.fixture
def run(make_finished_run):
    run = make_finished_run()
    run.weights_file.write_bytes(b"weights")
    return run


def test_a_pending_test_is_not_requested_again(queue, run):
    photograph_tests.request(run)
    photograph_tests.request(run)
    ((arguments, on_exit),) = queue.submitted
    assert arguments[-2:] == [photograph_tests.MODULE, str(run.path)]
    assert photograph_tests.num_pending([run]) == 1
    on_exit(0, "")
    assert photograph_tests.num_pending([run]) == 0


def test_a_run_that_is_deleted_while_it_is_tested(queue, run):
    photograph_tests.request(run)
    run.weights_file.unlink()
    assert photograph_tests.num_pending([run]) == 0
    assert len(queue.submitted) == 1


def test_a_failed_test_is_not_requested_again(queue, run):
    photograph_tests.request(run)
    queue.submitted[0][1](1, "The disk is full.\n")
    assert photograph_tests.error(run) == "The disk is full."
    photograph_tests.request(run)
    assert len(queue.submitted) == 1


@pytest.mark.usefixtures("queue")
def test_run_without_weights_is_an_error_for_users(make_finished_run):
    with pytest.raises(RunError, match="has no weights"):
        photograph_tests.request(make_finished_run())
