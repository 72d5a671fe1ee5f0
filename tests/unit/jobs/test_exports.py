"""Exports that the page asks for: made once, found again, and complained of in a sentence."""

import os
import subprocess
import threading

import pytest

from fmnist_core.jobs import background, exports
from tests import factories


@pytest.fixture
def run(make_run):
    return make_run(factories.started(), finished=True)


@pytest.fixture
def ended(monkeypatch):
    """What the command of its own comes to; gives the commands that were called."""
    calls = []

    def answer(status, *, says="", writes=None):
        def call(command, **_):
            calls.append(command)
            if writes:
                writes.parent.mkdir(parents=True, exist_ok=True)
                writes.write_bytes(b"zip")
            return subprocess.CompletedProcess(command, status, "", says)

        monkeypatch.setattr(background.subprocess, "run", call)
        return calls

    yield answer
    exports._errands._asked.clear()


def settle():
    for thread in threading.enumerate():
        if thread.name == background.THREAD:
            thread.join(5)


def test_made_once_and_found_again(run, ended):
    calls = ended(0, writes=exports.export_file(run))
    assert exports.finished_export(run) is None
    exports.request_export(run)
    settle()
    assert exports.finished_export(run) == exports.export_file(run)
    assert not exports.is_exporting()
    assert exports.export_error(run) is None
    assert calls[0][-3:] == [str(run.path), "--out", str(exports.export_file(run))]


def test_what_went_wrong_is_told_until_the_next_try(run, ended):
    ended(2, says="warning\nfmnist_core: The weights are damaged.\n")
    exports.request_export(run)
    settle()
    assert exports.export_error(run) == "The weights are damaged."
    ended(0, writes=exports.export_file(run))
    exports.request_export(run)
    settle()
    assert exports.export_error(run) is None


def test_export_of_older_weights_does_not_count(run, ended):
    ended(0, writes=exports.export_file(run))
    exports.request_export(run)
    settle()
    long_ago = 1_000_000_000
    os.utime(exports.export_file(run), (long_ago, long_ago))
    assert exports.finished_export(run) is None


def test_under_way_it_is_not_begun_again(run, ended):
    calls = ended(0)
    exports._errands._asked[run.path] = None
    exports.request_export(run)
    settle()
    assert calls == []
    assert exports.is_exporting()
    assert exports.is_exporting(run)
