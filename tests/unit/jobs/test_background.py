"""Errands of the pages: one at a time, each once, and what went wrong is said."""

import subprocess
import threading

import pytest

from fmnist_core.jobs import background, measurements
from fmnist_core.jobs.background import BackgroundCommands
from fmnist_core.training.recipe import Recipe

RECIPE = Recipe.parse({"model": "mlp", "data": "drawn"})


@pytest.fixture
def ending(monkeypatch):
    """What every command comes to; gives the commands and what they were given."""
    calls = []

    def come_to(status, says=""):
        def call(command, **options):
            calls.append((command[1:], options["input"]))
            return subprocess.CompletedProcess(command, status, "", says)

        monkeypatch.setattr(background.subprocess, "run", call)
        return calls

    return come_to


def settle():
    for thread in threading.enumerate():
        if thread.name == background.THREAD:
            thread.join(5)


def test_command_and_input_arrive(ending):
    calls = ending(0)
    BackgroundCommands().request("key", "a.module", "word", given="text")
    settle()
    assert calls == [(["-m", "a.module", "word"], "text")]


def test_what_thirty_ask_for_is_done_once(ending, monkeypatch):
    calls, work = ending(0), BackgroundCommands()
    gate = threading.Event()
    call = background.subprocess.run
    monkeypatch.setattr(
        background.subprocess, "run", lambda *a, **k: gate.wait(5) and call(*a, **k)
    )
    for _ in range(30):
        work.request("key", "a.module")
    assert work.is_working("key")
    assert not work.is_working("another")
    gate.set()
    settle()
    assert len(calls) == 1
    assert not work.is_working()


@pytest.mark.parametrize(
    ("says", "problem"),
    [
        ("warning\nfmnist_core: No space.\n", "No space."),
        ("", "It ended without a word."),
    ],
)
def test_the_last_line_says_what_went_wrong(ending, says, problem):
    ending(2, says)
    work = BackgroundCommands()
    work.request("key", "a.module")
    settle()
    assert work.problem("key") == problem


def test_a_cost_that_cannot_be_measured_is_said_in_one_sentence_and_not_tried_again(ending):
    calls = ending(1, "MLP needs 9 GB to train.\n")
    for _ in range(2):
        measurements.request_cost(RECIPE)
        settle()
    assert len(calls) == 1
    assert (
        measurements.cost_error(RECIPE)
        == "The cost could not be measured: MLP needs 9 GB to train."
    )
    measurements._cost_commands._asked.clear()
