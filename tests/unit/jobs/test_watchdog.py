"""Runs that wait are served although the process that queued them is gone."""

import threading
from types import SimpleNamespace

import pytest

from fmnist_core.errors import RunError
from fmnist_core.jobs import queue, watchdog
from fmnist_core.jobs.watchdog import start  # before a fixture replaces it


@pytest.mark.parametrize("error", [RunError("No process can be started."), PermissionError()])
def test_failed_check_is_repeated(runs_folder, monkeypatch, error):
    checks = []

    def fail(folder):
        checks.append(folder)
        raise error

    monkeypatch.setattr(queue, "ensure_dispatcher", fail)
    watchdog.check(runs_folder)
    watchdog.check(runs_folder)
    assert checks == [runs_folder, runs_folder]


def test_queue_is_watched_in_the_background(runs_folder, monkeypatch, no_dispatcher):
    asleep = threading.Event()

    def sleep(_):
        asleep.set()
        threading.Event().wait()  # the thread ends with this process

    monkeypatch.setattr(watchdog, "time", SimpleNamespace(sleep=sleep))
    start(runs_folder)
    assert asleep.wait(10)
    assert no_dispatcher == [runs_folder]


def test_other_checks_are_made_although_one_fails(runs_folder, no_dispatcher):
    checks = []

    def fail(_):
        raise RunError("No process can be started.")

    watchdog.check(runs_folder, fail, checks.append)
    assert checks == no_dispatcher == [runs_folder]
