"""The worker: files of a run folder after training, stopping and errors."""

import errno
import json

import numpy as np
import pytest
from safetensors.numpy import load_file

from fmnist_core.data import datasets
from fmnist_core.jobs import control, queue, run_recorder, worker
from fmnist_core.jobs.executors.executor import RunInterruptedError
from fmnist_core.runs import event_log, store, weights
from fmnist_core.runs.evaluate import evaluate_run
from fmnist_core.runs.event_log import Follower
from fmnist_core.runs.run import RunState
from fmnist_core.training.events import Failed, Finished, Stopped, TrainingWarning
from fmnist_core.training.recipe import Recipe
from tests.factories import shrink_synthetic

RECIPE = Recipe.parse(
    {
        "model": "mlp",
        "data": "drawn",
        "epochs": 2,
        "batch_size": 64,
        "precision": "float32",
        "device": "cpu",
    }
)


@pytest.fixture(autouse=True)
def _few_garments(monkeypatch):
    shrink_synthetic(monkeypatch, 600, 120, seed=3)


@pytest.fixture
def trained(tmp_path):
    run = store.create_run(RECIPE, name="done", folder=tmp_path)
    worker.train_run(run)
    return run


def test_finished_run_has_all_files_and_no_others(trained):
    names = {path.name for path in trained.path.iterdir()} - {".lock"}
    assert names == {
        "about.json",
        "epochs",
        "events.jsonl",
        "familiarity.safetensors",
        "model.safetensors",
        "predictions.safetensors",
        "recipe.json",
        "report.json",
    }
    assert trained.state() is RunState.FINISHED


def test_report_agrees_with_the_stored_predictions(trained):
    report = trained.report()
    stored = load_file(trained.predictions_file)
    assert {name: (array.dtype, array.shape) for name, array in stored.items()} == {
        "probabilities": (np.float16, (120, 10)),
        "labels": (np.uint8, (120,)),
    }
    probabilities, labels = stored["probabilities"], stored["labels"]
    assert (labels == datasets.load("drawn").test_labels).all()
    assert (probabilities.argmax(axis=1) == labels).mean() == pytest.approx(report.test_accuracy)
    assert np.trace(report.confusion) / 120 == pytest.approx(report.test_accuracy)
    assert sum(metrics.support for metrics in report.classes) == 120


def test_report_has_no_nan_and_describes_the_environment(trained):
    json.loads(trained.report_file.read_text(), parse_constant=pytest.fail)
    report = trained.report()
    assert report.parameters == 784 * 512 + 512 + 512 * 256 + 256 + 256 * 10 + 10
    assert report.flops_per_image == 2 * (784 * 512 + 512 * 256 + 256 * 10)
    assert report.environment.precision == "float32"


def test_last_event_is_finished(trained):
    assert isinstance(Follower(trained.events_file).read()[-1], Finished)


def test_stored_weights_reach_the_reported_accuracy(trained):
    evaluation = evaluate_run(trained)
    assert evaluation.test_accuracy == evaluation.reported_accuracy


def test_wrong_and_damaged_weights_have_different_errors(trained):
    weights.write_tensors(trained.weights_file, {})
    with pytest.raises(Exception, match="does not fit the model 'mlp'"):
        evaluate_run(trained)
    trained.weights_file.write_bytes(b"half a file")
    with pytest.raises(Exception, match="cannot be read"):
        evaluate_run(trained)


def test_stopped_run_resumes_from_its_snapshot(tmp_path):
    run = store.create_run(RECIPE, name="stopped", folder=tmp_path)
    worker.train_run(run, StopAtOnce())
    assert run.state() is RunState.STOPPED
    assert isinstance(Follower(run.events_file).read()[-1], Stopped)
    assert run.snapshot_file.exists()
    worker.train_run(run)
    assert run.state() is RunState.FINISHED


@pytest.fixture
def stopped(tmp_path):
    """A run that has been stopped after its first epoch."""
    run = store.create_run(RECIPE, name="stopped", folder=tmp_path)
    worker.train_run(run, StopAfterEpoch(run))
    assert event_log.num_epochs(run.events_file) == 1
    return run


class StopAfterEpoch:
    def __init__(self, run):
        self.run = run

    def read(self):
        has_ended = event_log.num_epochs(self.run.events_file)
        return [control.ControlCommand(control="stop")] if has_ended else []


def warnings_of(run):
    return [
        event.message
        for event in Follower(run.events_file).read()
        if isinstance(event, TrainingWarning)
    ]


def test_damaged_snapshot_costs_time_and_nothing_else(stopped, trained):
    content = stopped.snapshot_file.read_bytes()
    stopped.snapshot_file.write_bytes(content[: len(content) // 2])
    worker.train_run(stopped)
    assert stopped.weights_file.read_bytes() == trained.weights_file.read_bytes()
    (warning,) = warnings_of(stopped)
    assert "snapshot.safetensors" in warning
    assert "from the beginning" in warning


def test_lost_part_of_the_log_is_named_when_the_run_resumes(stopped, trained):
    stopped.events_file.write_bytes(b"")
    worker.train_run(stopped)
    assert stopped.weights_file.read_bytes() == trained.weights_file.read_bytes()
    assert warnings_of(stopped) == ["Part of the curves is missing: events.jsonl was cut short."]


def test_run_whose_log_is_lost_waits_for_a_user(stopped):
    assert not worker.is_waiting(stopped)
    stopped.events_file.unlink()
    assert not worker.is_waiting(stopped)


def test_files_that_a_killed_worker_left_are_removed(stopped):
    partial = stopped.snapshot_file.with_name(".snapshot.safetensors.0123abcd.part")
    partial.write_bytes(b"half a snapshot")
    worker.train_run(stopped)
    assert not stopped.snapshot_file.parent.exists()


def test_failure_is_recorded_although_nothing_can_be_printed(tmp_path, monkeypatch):
    run = store.create_run(RECIPE, name="full", folder=tmp_path)
    monkeypatch.setattr("builtins.print", raise_full_disk)
    worker.record_failure(run, "The disk is full.")
    assert run.state() is RunState.FAILED


def raise_full_disk(*_, **__):
    raise OSError(errno.ENOSPC, "No space left on device")


class StopAtOnce:
    def read(self):
        return [control.ControlCommand(control="stop")]


class PauseAtOnce:
    """Pause once; further commands come from the queue of the test."""

    def __init__(self):
        self.commands = ["pause"]

    def read(self):
        commands, self.commands = self.commands, []
        return [control.ControlCommand(control=command) for command in commands]


@pytest.fixture
def paused(tmp_path, monkeypatch):
    """A run whose pause has made room for another one, and the reader of its commands."""
    monkeypatch.setattr(run_recorder, "PAUSE_CHECK_SECONDS", 0)
    monkeypatch.setattr(worker.queue, "needs_slot", lambda _: True)
    run, reader = store.create_run(RECIPE, name="paused", folder=tmp_path), PauseAtOnce()
    worker.train_run(run, reader)
    return run, reader


def test_pause_gives_up_the_slot_if_another_run_needs_it(paused):
    run, _ = paused
    assert run.state() is RunState.PAUSED
    assert run.snapshot_file.exists()
    worker.train_run(run)
    assert run.state() is RunState.FINISHED


@pytest.mark.usefixtures("no_dispatcher")
@pytest.mark.parametrize(
    ("command", "state"),
    [("go on", RunState.QUEUED), ("stop", RunState.STOPPED), ("learning rate", RunState.PAUSED)],
)
def test_late_command_is_obeyed(paused, command, state):
    run, reader = paused
    reader.commands = [command]
    worker.obey_late_commands(run, reader)
    assert run.state() is state


def test_pause_ends_after_a_while(tmp_path, monkeypatch):
    monkeypatch.setattr(run_recorder, "PAUSE_LIMIT_SECONDS", 0)
    run = store.create_run(RECIPE, name="paused", folder=tmp_path)
    worker.train_run(run, PauseAtOnce())
    assert run.state() is RunState.PAUSED


def test_pause_that_gave_way_changes_no_weights(paused, trained):
    run, _ = paused
    worker.train_run(run)
    assert run.weights_file.read_bytes() == trained.weights_file.read_bytes()


def test_diverged_run_fails_with_a_sentence_and_a_traceback(tmp_path):
    recipe = RECIPE.changed(optimiser="sgd", learning_rate=10, schedule="constant", epochs=20)
    run = store.create_run(recipe, name="exploded", folder=tmp_path)
    worker.train_run(run)
    last = Follower(run.events_file).read()[-1]
    assert isinstance(last, Failed)
    assert "learning rate of 10 is probably too large for sgd" in run.reason()
    assert "DivergedError" in last.traceback


def test_missing_data_fails_with_ways_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("FMNIST_DATA_DIR", str(tmp_path))
    run = store.create_run(RECIPE.changed(data="fashion-mnist"), name="no data", folder=tmp_path)
    worker.train_run(run)
    assert run.state() is RunState.FAILED
    assert "python -m fmnist_core data fetch" in run.reason()


def test_finished_run_is_not_trained_again(trained):
    before = trained.report_file.read_bytes()
    worker.main(trained, "cpu")
    assert trained.report_file.read_bytes() == before


@pytest.mark.usefixtures("no_dispatcher")
def test_training_that_goes_away_interrupts_the_run(stopped):
    def fit(*_, **__):
        raise RunInterruptedError("The cluster has gone away.")

    queue.resume_run(stopped)
    worker.take_turn(stopped, fit=fit)
    assert stopped.state() is RunState.INTERRUPTED
    assert stopped.reason() == "The cluster has gone away."
