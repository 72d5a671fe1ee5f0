"""`runs …`: list, show, stop, rename and delete runs."""

import io
import sys

import pytest

from fmnist_core.jobs.control import CommandReader, ControlCommand
from fmnist_core.runs import store
from tests import factories


def test_list_shows_state_data_and_accuracy(run_command, make_run):
    make_run(name="first", data="drawn", finished=True)
    make_run(name="second")
    lines = run_command("runs", "list", "--runs", str(store.paths.runs_folder())).out.splitlines()
    assert [line.split()[1:3] for line in lines] == [
        ["STATE", "NAME"],
        ["queued", "second"],
        ["finished", "first"],
    ]
    assert "drawn" in lines[2]
    assert "88.70%" in lines[2]


def test_list_and_show_name_the_initial_weights(run_command, make_run):
    imagenet = "ImageNet (resnet50.a1_in1k)"
    started = make_run(factories.started().model_copy(update={"started_from": imagenet}))
    queued = make_run()
    recipe = queued.recipe().changed(weights="run:abc").model_dump_json()
    queued.recipe_file.write_text(recipe)
    finished = make_run(finished=True)
    facts = run_command("runs", "list", "--json").facts["runs"]
    started_from = {run["run"]: run["from"] for run in facts if "from" in run}
    assert [started_from[run.id] for run in (started, queued, finished)] == [
        imagenet,
        "will use run:abc",
        "scratch",
    ]
    assert imagenet in run_command("runs", "list").out
    assert f"initial weights: {imagenet}" in run_command("runs", "show", started.id).out


def test_empty_list_is_a_sentence(run_command, tmp_path):
    result = run_command("runs", "list", "--runs", str(tmp_path / "none"))
    assert result.out == f"No runs in {tmp_path / 'none'} yet.\n"


def test_damaged_run_is_listed_as_such(run_command, make_run):
    run = make_run()
    run.recipe_file.write_text("{")
    assert run_command("runs", "list", "--json").facts["runs"][0]["state"] == "damaged"
    assert "recipe.json" in run_command("runs", "show", run.id).out


def test_show_holds_recipe_and_report(run_command, make_run):
    run = make_run(finished=True)
    facts = run_command("runs", "show", run.id, "--json").facts
    assert facts["recipe"]["model"] == "mlp"
    assert facts["report"]["test_accuracy"] == 0.887
    text = run_command("runs", "show", run.id).out
    assert "test accuracy 88.70%" in text
    assert "Ankle boot" in text


def test_show_prints_why_the_run_failed(run_command, make_run):
    run = make_run(factories.started(), factories.failed())
    assert "Memory ran out." in run_command("runs", "show", str(run.path)).out


def test_stop_removes_a_waiting_run_from_the_queue(run_command, make_run):
    run = make_run()
    assert run_command("runs", "stop", run.id).status == 0
    assert store.list_runs(run.path.parent) == []


def test_stop_sends_a_command_to_the_worker(run_command, make_run):
    run = make_run()
    with run.lock():
        commands = CommandReader(run.control_file)
        assert run_command("runs", "stop", run.id).status == 0
    assert commands.read() == [ControlCommand(control="stop")]


def test_stopping_a_finished_run_is_an_error(run_command, make_run):
    run = make_run(finished=True)
    assert run_command("runs", "stop", run.id).status == 2


def test_rename(run_command, make_run):
    run = make_run()
    run_command("runs", "rename", run.id, "another")
    assert run.metadata().name == "another"
    assert run_command("runs", "rename", run.id, "").status == 2


def test_delete_without_a_terminal_needs_yes(run_command, make_run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    run = make_run()
    result = run_command("runs", "delete", run.id)
    assert result.status == 2
    assert "--yes" in result.err
    assert run.path.exists()


@pytest.mark.parametrize(("reply", "stays"), [("y\n", False), ("n\n", True), ("", True)])
def test_delete_asks_first(run_command, make_run, monkeypatch, reply, stays):
    keyboard = io.StringIO(reply)
    keyboard.isatty = lambda: True
    monkeypatch.setattr(sys, "stdin", keyboard)
    run = make_run()
    result = run_command("runs", "delete", run.id)
    assert f"Delete run {run.id}? [y/N]" in result.err
    assert run.path.exists() is stays


def test_deleted_run_is_listed_and_restored(run_command, make_run):
    run = make_run(name="Bag of tricks", finished=True)
    assert f"runs restore {run.id}" in run_command("runs", "delete", run.id, "--yes").out
    assert "Bag of tricks" in run_command("runs", "deleted").out
    assert run_command("runs", "restore", run.id).status == 0
    assert run.path.exists()
    assert run_command("runs", "deleted").out == "No runs.\n"
    assert run_command("runs", "restore", run.id).status == 2


def test_bin_is_emptied(run_command, make_run):
    for _ in range(2):
        run_command("runs", "delete", make_run().id, "--yes")
    assert run_command("runs", "empty-bin").status == 2
    assert run_command("runs", "empty-bin", "--yes").out == "Removed 2 runs for good.\n"
    assert run_command("runs", "deleted", "--json").facts == {"runs": []}


def test_permanently_deleted_run_is_in_no_bin(run_command, make_run):
    run = make_run()
    assert run_command("runs", "delete", run.id, "--yes", "--permanently").status == 0
    assert not run.path.exists()
    assert run_command("runs", "deleted").out == "No runs.\n"


def test_training_run_is_not_deleted(run_command, make_run):
    run = make_run()
    with run.lock():
        assert run_command("runs", "delete", run.id, "--yes").status == 2
    assert run.path.exists()
