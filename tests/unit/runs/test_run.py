"""A run's state is what lies in its folder."""

import json

import pytest

from fmnist_core.errors import RunError
from fmnist_core.runs.run import Run, RunState

ENDS = {
    RunState.QUEUED: ["queued"],
    RunState.STOPPED: ["started", "stopped"],
    RunState.FAILED: ["started", "failed"],
    RunState.INTERRUPTED: ["started", "interrupted"],
}


@pytest.mark.parametrize("state", ENDS)
def test_last_event_decides(record_run, told, state):
    run = record_run(*(getattr(told, kind)() for kind in ENDS[state]))
    assert run.state() is state


def test_recipe_alone_is_queued(record_run):
    assert record_run().state() is RunState.QUEUED


def test_report_is_finished(record_run, told):
    run = record_run(told.started(), finished=True)
    assert run.state() is RunState.FINISHED
    assert run.reason() is None


def test_held_lock_is_running(record_run, told):
    run = record_run(told.started())
    with run.lock():
        assert run.state() is RunState.RUNNING
    assert run.state() is RunState.INTERRUPTED


def test_events_without_a_holder_are_interrupted(record_run, told):
    run = record_run(told.started(), told.step(1))
    assert run.state() is RunState.INTERRUPTED
    assert "ended without saying why" in run.reason()


@pytest.mark.parametrize("kind", ["stopped", "failed", "interrupted"])
def test_reason_is_what_was_written(record_run, told, kind):
    event = getattr(told, kind)()
    run = record_run(told.started(), event)
    assert run.reason() == event.reason
    assert run.state().resumable


@pytest.mark.parametrize("name", ["recipe.json", "about.json", "report.json"])
@pytest.mark.parametrize("content", ["", "{", "[]", '{"model": 3, "name": 3}'])
def test_damaged_file_is_named(record_run, name, content):
    run = record_run(finished=True)
    (run.path / name).write_text(content)
    assert run.state() is RunState.DAMAGED
    assert run.id in run.reason()
    assert name in run.reason()


def test_unknown_model_in_a_recipe_is_damage(record_run):
    run = record_run()
    values = json.loads(run.recipe_file.read_text()) | {"model": "gone"}
    run.recipe_file.write_text(json.dumps(values))
    assert run.state() is RunState.DAMAGED
    assert "gone" in run.reason()


@pytest.mark.parametrize("number", ["NaN", "Infinity"])
def test_report_refuses_what_is_no_number(record_run, number):
    run = record_run(finished=True)
    run.report_file.write_text(run.report_file.read_text().replace("0.875", number))
    with pytest.raises(RunError, match=r"report\.json"):
        run.report()


def test_folder_from_elsewhere_may_have_no_about(record_run):
    run = record_run(finished=True)
    run.about_file.unlink()
    assert run.about().name == run.id
    assert run.state() is RunState.FINISHED


def test_empty_folder_is_damaged(tmp_path):
    assert Run(tmp_path).state() is RunState.DAMAGED
    assert Run(tmp_path).reason() == f"Run {tmp_path.name} has no recipe.json."
