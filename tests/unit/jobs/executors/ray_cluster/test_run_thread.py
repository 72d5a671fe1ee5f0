"""A run's thread: it waits for a place, lets the recorder train there, and gives the place back."""

from types import SimpleNamespace

import pytest

from fmnist_core.jobs.executors.executor import ExecutorError
from fmnist_core.jobs.executors.ray_cluster import placement, run_thread
from fmnist_core.jobs.executors.ray_cluster.run_thread import RunThread
from fmnist_core.runs.run import RunState
from fmnist_core.training.loop import fit

CLUSTER = SimpleNamespace(is_lost=False)


class LocalFit:
    """What trains on a node, here."""

    def __init__(self, _, place, **__):
        self.place = place

    def __call__(self, *arguments, **options):
        return fit(*arguments, **options)

    def release(self):
        self.place.is_released = True


@pytest.fixture
def place(monkeypatch):
    found = SimpleNamespace(is_released=False)
    monkeypatch.setattr(placement, "reserve", lambda *_, **__: found)
    monkeypatch.setattr(run_thread, "RemoteFit", LocalFit)
    return found


@pytest.fixture
def run(make_run):
    return make_run(data="drawn", epochs=1, train_images=500)


def start(run):
    thread = RunThread(run, CLUSTER)
    thread.join(120)
    assert thread.has_ended()
    assert not thread.is_waiting
    return thread


@pytest.mark.usefixtures("one_thread")
def test_it_trains_in_its_place_and_gives_it_back(run, place):
    assert not start(run).failure()
    assert run.state() is RunState.FINISHED
    assert place.is_released


def test_canceled_run_is_left_alone(run, monkeypatch):
    monkeypatch.setattr(placement, "reserve", lambda *_, **__: None)
    assert not start(run).failure()
    assert run.state() is RunState.QUEUED


def test_run_that_no_node_can_train_fails_with_the_sentence(run, monkeypatch):
    def refuse(*_, **__):
        raise ExecutorError("No node has a GPU.")

    monkeypatch.setattr(placement, "reserve", refuse)
    start(run)
    assert run.state() is RunState.FAILED
    assert run.reason() == "No node has a GPU."


def test_mistake_of_this_program_is_told_to_the_dispatcher(run, monkeypatch, capsys):
    def crash(*_, **__):
        raise ValueError("mistake")

    monkeypatch.setattr(placement, "reserve", crash)
    assert "ValueError: mistake" in start(run).failure()
    assert "Traceback" in capsys.readouterr().err


def test_run_that_another_process_trains_is_left_to_it(run, place, monkeypatch):
    monkeypatch.setattr("fmnist_core.jobs.worker.LOCK_TIMEOUT_SECONDS", 0.1)
    with run.lock():
        assert "Another process" in start(run).failure()
    assert place.is_released
