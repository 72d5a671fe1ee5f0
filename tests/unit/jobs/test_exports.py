"""Exports in the background: made once, found again, with an error in one sentence."""

import os

import pytest

from fmnist_core.jobs import exports
from fmnist_core.jobs.background import BackgroundCommands
from tests import factories


@pytest.fixture
def run(make_run):
    return make_run(factories.started(), finished=True)


@pytest.fixture(autouse=True)
def _fake_processes(processes, monkeypatch):
    commands = BackgroundCommands(user_waits=True, queue=processes.queue)
    monkeypatch.setattr(exports, "EXPORT_COMMANDS", commands)


def write_export(run):
    path = exports.export_file(run)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"zip")
    return path


def test_export_is_made_by_the_command_line_and_found_again(run, processes):
    assert exports.finished_export(run) is None
    exports.request_export(run)
    processes.wait_until_idle()
    path = write_export(run)
    assert exports.finished_export(run) == path
    assert not exports.is_exporting()
    assert exports.export_error(run) is None
    (process,) = processes.started
    assert process.arguments[-3:] == [str(run.path), "--out", str(path)]


def test_error_stays_until_the_next_try(run, processes):
    processes.status = 2
    processes.stderr = "warning\nfmnist_core: The weights are damaged.\n"
    exports.request_export(run)
    processes.wait_until_idle()
    assert exports.export_error(run) == "The weights are damaged."
    processes.status = 0
    exports.request_export(run)
    processes.wait_until_idle()
    assert exports.export_error(run) is None


def test_export_of_older_weights_does_not_count(run):
    write_export(run)
    os.utime(run.report_file, (1_900_000_000, 1_900_000_000))
    assert exports.finished_export(run) is None


def test_export_counts_though_the_clock_was_set_back(run):
    path = write_export(run)
    os.utime(path, (1_000_000_000, 1_000_000_000))
    assert exports.finished_export(run) == path


def test_pending_export_is_not_started_again(run, processes):
    processes.status = None
    exports.request_export(run)
    processes.wait_for_start(1)
    exports.request_export(run)
    assert exports.is_exporting()
    assert exports.is_exporting(run)
    processes.started[0].exit()
    processes.wait_until_idle()
    assert len(processes.started) == 1
