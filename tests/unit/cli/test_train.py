"""`train` and `runs resume`: queue a run, follow it, print its result."""

from types import SimpleNamespace

import pytest

from fmnist_core import paths
from fmnist_core.cli import progress
from fmnist_core.jobs import queue, slots
from fmnist_core.jobs.control import CommandReader, ControlCommand
from fmnist_core.jobs.executors import status
from fmnist_core.runs import store
from fmnist_core.runs.run import RunState
from fmnist_core.training.events import Queued
from tests import factories

TRAIN = ["train", "--recipe", "mlp-quick", "--set", "data=drawn", "--set", "epochs=3"]


@pytest.fixture
def worker(monkeypatch):
    """Replace the worker by one that records these events at once, and may finish the run."""

    def works(*logged, finished=True):
        def work(folder):
            (run,) = queue.waiting_runs(folder)
            for event in logged:
                run.append_event(event)
            if finished:
                factories.finish(run)

        monkeypatch.setattr(queue, "ensure_dispatcher", work)

    monkeypatch.setattr(progress, "EXIT_REASON_SECONDS", 0)
    return works


@pytest.fixture
def ctrl_c(monkeypatch):
    """Press Ctrl-C as soon as the command waits."""

    def press(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(progress, "time", SimpleNamespace(sleep=press))


def test_result_is_one_line(run_command, worker):
    worker(factories.started(), factories.epoch(1), factories.epoch(2))
    result = run_command(*TRAIN)
    (run,) = store.list_runs(paths.runs_folder())
    assert result.status == 0
    assert (
        result.out == f"{run.id}: test accuracy 88.70% on synthetic garments, trained in 20.0 s\n"
    )


def test_epochs_and_warnings_go_to_stderr(run_command, worker):
    worker(factories.started(), factories.warning(), factories.epoch(1), factories.epoch(2))
    lines = run_command(*TRAIN).err.splitlines()
    assert lines[0].startswith("Training 235,146 parameters on 55,000 images")
    assert lines[1] == "The loss has exploded."
    assert [line[:12] for line in lines[2:]] == ["epoch 1 of 3", "epoch 2 of 3"]


def test_json_holds_the_result(run_command, worker):
    worker(factories.started())
    facts = run_command(*TRAIN, "--json").facts
    assert (facts["state"], facts["data"]) == ("finished", "drawn")
    assert (facts["test_accuracy"], facts["seconds"]) == (0.887, 20.0)


@pytest.mark.parametrize("kind", ["failed", "stopped", "interrupted"])
def test_run_that_did_not_finish_says_why(run_command, worker, kind):
    event = getattr(factories, kind)()
    worker(factories.started(), event, finished=False)
    result = run_command(*TRAIN, "--json")
    assert result.status == 1
    assert result.facts["reason"] == event.reason
    assert result.err.splitlines()[-1].endswith(f"is {kind}: {event.reason}")


@pytest.mark.usefixtures("no_dispatcher")
def test_name_defaults_to_the_recipe(run_command):
    run_command(*TRAIN, "--detach")
    run_command(*TRAIN, "--detach", "--name", "mine", "--by", "Ada")
    assert [run.metadata().name for run in store.list_runs(paths.runs_folder())] == [
        "mine",
        "mlp-quick",
    ]
    assert store.list_runs(paths.runs_folder())[0].metadata().by == "Ada"


def test_missing_data_is_an_error_before_anything_is_queued(run_command, tmp_path, monkeypatch):
    monkeypatch.setenv("FMNIST_DATA_DIR", str(tmp_path))
    result = run_command("train", "--recipe", "mlp-quick")
    assert result.status == 1
    assert result.err.startswith("fmnist_core: Fashion-MNIST is not available")
    assert store.list_runs(tmp_path / "runs") == []


@pytest.mark.usefixtures("ctrl_c", "no_dispatcher")
def test_ctrl_c_removes_a_waiting_run_from_the_queue(run_command):
    result = run_command(*TRAIN)
    assert result.status == 130
    assert "Removed from the queue." in result.err
    assert not queue.list_queue()


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_stops_the_worker(run_command, monkeypatch):
    held = []

    def start(folder):
        (run,) = queue.waiting_runs(folder)
        held.append((run.lock().acquire(), CommandReader(run.control_file)))

    monkeypatch.setattr(queue, "ensure_dispatcher", start)
    result = run_command(*TRAIN)
    lock, commands = held[0]
    assert result.status == 130
    assert commands.read() == [ControlCommand(control="stop")]
    lock.lock.release()


def test_queue_position_is_printed_once(make_run, monkeypatch, capsys):
    monkeypatch.setattr(slots, "slot_names", lambda: ("cpu",))
    make_run(expected_seconds=90.0)
    output = progress.Progress(make_run())
    output.show_queue()
    output.show_queue()
    assert capsys.readouterr().err == "Queue position 2; starts in about 90 s.\n"


def test_executor_that_does_not_answer_is_told_once(make_run, capsys):
    run = make_run()
    status.report_problem(run.path.parent, "No cluster answers.")
    output = progress.Progress(run)
    output.show_queue()
    output.show_queue()
    assert capsys.readouterr().err == "No cluster answers.\n"


def test_resume_prints_only_new_events(run_command, make_run, worker):
    run = make_run(factories.started(), factories.epoch(1), factories.stopped(), epochs=3)
    worker(factories.started(step=100), factories.epoch(2))
    result = run_command("runs", "resume", run.id)
    assert result.status == 0
    assert [line[:12] for line in result.err.splitlines()] == ["Resuming fro", "epoch 2 of 3"]


@pytest.mark.usefixtures("no_dispatcher")
def test_detached_resume_only_queues(run_command, make_run):
    run = make_run(factories.started(), factories.stopped())
    assert run_command("runs", "resume", run.id, "--detach").status == 0
    assert run.state() is RunState.QUEUED
    assert isinstance(queue.event_log.last_event(run.events_file), Queued)
