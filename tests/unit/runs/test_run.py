"""A run's state is derived from the files in its folder."""

import json
import shutil
from pathlib import Path

import pytest

from fmnist_core.errors import RunError
from fmnist_core.runs import locks
from fmnist_core.runs.run import Run, RunState
from tests import factories

ENDS = {
    RunState.QUEUED: ["queued"],
    RunState.STOPPED: ["started", "stopped"],
    RunState.FAILED: ["started", "failed"],
    RunState.INTERRUPTED: ["started", "interrupted"],
}


@pytest.mark.parametrize("state", ENDS)
def test_last_event_determines_the_state(make_run, state):
    run = make_run(*(getattr(factories, kind)() for kind in ENDS[state]))
    assert run.state() is state


def test_recipe_alone_is_queued(make_run):
    assert make_run().state() is RunState.QUEUED


def test_report_is_finished(make_run):
    run = make_run(factories.started(), finished=True)
    assert run.state() is RunState.FINISHED
    assert run.reason() is None


def test_finished_run_says_that_its_curves_are_incomplete(make_run):
    run = make_run(*factories.training_events(), finished=True)
    run.events_file.write_bytes(run.events_file.read_bytes()[:2000])
    assert run.state() is RunState.FINISHED
    assert "Part of the curves is missing" in run.reason()


def test_run_whose_log_is_lost_is_not_queued(make_run):
    run = make_run()
    run.snapshot_file.parent.mkdir()
    run.snapshot_file.write_bytes(b"snapshot")
    assert run.state() is RunState.INTERRUPTED


def test_held_lock_is_running(make_run):
    run = make_run(factories.started())
    with run.lock():
        assert run.state() is RunState.RUNNING
    assert run.state() is RunState.INTERRUPTED


def test_run_that_finishes_while_its_state_is_read_is_finished(make_run, monkeypatch):
    """The worker writes the report, then releases the lock: both may happen between two looks."""
    run, finished = make_run(factories.started()), make_run(finished=True)

    def finish_then_probe(_: Path) -> bool:
        shutil.copy(finished.report_file, run.report_file)
        return False

    monkeypatch.setattr(locks, "is_locked", finish_then_probe)
    assert run.state() is RunState.FINISHED


def test_unfinished_run_without_a_process_is_interrupted(make_run):
    run = make_run(factories.started(), factories.step(1))
    assert run.state() is RunState.INTERRUPTED
    assert "ended without an error message" in run.reason()


@pytest.mark.parametrize("kind", ["stopped", "failed", "interrupted"])
def test_reason_is_that_of_the_last_event(make_run, kind):
    event = getattr(factories, kind)()
    run = make_run(factories.started(), event)
    assert run.reason() == event.reason
    assert run.state().is_resumable


@pytest.mark.parametrize("name", ["recipe.json", "about.json", "report.json"])
@pytest.mark.parametrize("content", ["", "{", "[]", '{"model": 3, "name": 3}'])
def test_damaged_file_is_named(make_run, name, content):
    run = make_run(finished=True)
    (run.path / name).write_text(content)
    assert run.state() is RunState.DAMAGED
    assert run.id in run.reason()
    assert name in run.reason()


def test_unknown_model_in_a_recipe_is_damage(make_run):
    run = make_run()
    values = json.loads(run.recipe_file.read_text()) | {"model": "gone"}
    run.recipe_file.write_text(json.dumps(values))
    assert run.state() is RunState.DAMAGED
    assert "gone" in run.reason()


def test_recipe_that_its_model_refuses_names_the_run(make_run):
    run = make_run(finished=True)
    values = json.loads(run.recipe_file.read_text()) | {"model": "vit-tiny", "input_size": 29}
    run.recipe_file.write_text(json.dumps(values))
    assert run.state() is RunState.DAMAGED
    assert run.reason().startswith(f"Run {run.id} is damaged: recipe.json: input_size is 29; ")


@pytest.mark.parametrize("number", ["NaN", "Infinity"])
def test_report_refuses_nan_and_infinity(make_run, number):
    run = make_run(finished=True)
    run.report_file.write_text(run.report_file.read_text().replace("0.887", number))
    with pytest.raises(RunError, match=r"report\.json"):
        run.report()


def test_metadata_are_optional(make_run):
    run = make_run(finished=True)
    run.metadata_file.unlink()
    assert run.metadata().name == run.id
    assert run.state() is RunState.FINISHED


def test_empty_folder_is_damaged(tmp_path):
    assert Run(tmp_path).state() is RunState.DAMAGED
    assert Run(tmp_path).reason() == f"Run {tmp_path.name} has no recipe.json."
