"""`runs …`: what is listed, shown, stopped, renamed and deleted."""

import io
import sys

import pytest

from fmnist_core.jobs.control import CommandReader, ControlCommand
from fmnist_core.runs import store


def test_list_shows_state_data_and_accuracy(lab, record_run):
    record_run(name="first", finished=True)
    record_run(name="second")
    lines = lab("runs", "list", "--runs", str(store.paths.runs_folder())).out.splitlines()
    assert [line.split()[1:3] for line in lines] == [
        ["STATE", "NAME"],
        ["queued", "second"],
        ["finished", "first"],
    ]
    assert "drawn" in lines[2]
    assert "87.50%" in lines[2]


def test_list_and_show_say_what_it_started_from(lab, record_run, told):
    imagenet = "ImageNet (resnet50.a1_in1k)"
    begun = record_run(told.started().model_copy(update={"started_from": imagenet}))
    asking = record_run()
    recipe = asking.recipe().changed(weights="run:abc").model_dump_json()
    asking.recipe_file.write_text(recipe)
    finished = record_run(finished=True)
    facts = lab("runs", "list", "--json").facts["runs"]
    said = {each["run"]: each["from"] for each in facts if "from" in each}
    assert [said[run.id] for run in (begun, asking, finished)] == [
        imagenet,
        "asked: run:abc",
        "scratch",
    ]
    assert imagenet in lab("runs", "list").out
    assert f"first weights: {imagenet}" in lab("runs", "show", begun.id).out


def test_list_says_when_there_is_none(lab, tmp_path):
    answer = lab("runs", "list", "--runs", str(tmp_path / "none"))
    assert answer.out == f"No runs in {tmp_path / 'none'} yet.\n"


def test_damaged_run_is_listed_as_such(lab, record_run):
    run = record_run()
    run.recipe_file.write_text("{")
    assert lab("runs", "list", "--json").facts["runs"][0]["state"] == "damaged"
    assert "recipe.json" in lab("runs", "show", run.id).out


def test_show_holds_recipe_and_report(lab, record_run):
    run = record_run(finished=True)
    facts = lab("runs", "show", run.id, "--json").facts
    assert facts["recipe"]["model"] == "mlp"
    assert facts["report"]["test_accuracy"] == 0.875
    text = lab("runs", "show", run.id).out
    assert "test accuracy 87.50%" in text
    assert "Ankle boot" in text


def test_show_says_why_it_ended(lab, record_run, told):
    run = record_run(told.started(), told.failed())
    assert "Memory ran out." in lab("runs", "show", str(run.path)).out


def test_stop_takes_a_waiting_run_out_of_the_queue(lab, record_run):
    run = record_run()
    assert lab("runs", "stop", run.id).status == 0
    assert store.list_runs(run.path.parent) == []


def test_stop_asks_the_worker(lab, record_run):
    run = record_run()
    with run.lock():
        inbox = CommandReader(run.control_file)
        assert lab("runs", "stop", run.id).status == 0
    assert inbox.read() == [ControlCommand(knob="stop")]


def test_stop_of_what_does_not_train_is_a_mistake(lab, record_run):
    run = record_run(finished=True)
    assert lab("runs", "stop", run.id).status == 2


def test_rename(lab, record_run):
    run = record_run()
    lab("runs", "rename", run.id, "another")
    assert run.about().name == "another"
    assert lab("runs", "rename", run.id, "").status == 2


def test_delete_asks_nobody_who_is_not_there(lab, record_run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    run = record_run()
    answer = lab("runs", "delete", run.id)
    assert answer.status == 2
    assert "--yes" in answer.err
    assert run.path.exists()


@pytest.mark.parametrize(("reply", "stays"), [("y\n", False), ("n\n", True), ("", True)])
def test_delete_asks_first(lab, record_run, monkeypatch, reply, stays):
    keyboard = io.StringIO(reply)
    keyboard.isatty = lambda: True
    monkeypatch.setattr(sys, "stdin", keyboard)
    run = record_run()
    answer = lab("runs", "delete", run.id)
    assert f"Delete run {run.id} for good? [y/N]" in answer.err
    assert run.path.exists() is stays


def test_run_that_trains_is_not_deleted(lab, record_run):
    run = record_run()
    with run.lock():
        assert lab("runs", "delete", run.id, "--yes").status == 2
    assert run.path.exists()
