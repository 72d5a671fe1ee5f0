"""Disks that are full, and folders that cannot be written."""

import subprocess
import sys

import pytest

from fmnist_core import paths
from fmnist_core.errors import RunError
from fmnist_core.jobs import queue
from fmnist_core.runs import store
from fmnist_core.runs.event_log import Follower
from fmnist_core.runs.run import RunState
from fmnist_core.training.events import Epoch
from tests.faults.conftest import LONG


def test_full_disk_is_said_and_what_was_written_stays(tmp_path):
    run = store.create_run(LONG, name="full", folder=tmp_path)
    command = [sys.executable, "-m", "tests.faults.train_on_full_disk", str(run.path)]
    subprocess.run(command, cwd=paths.PROJECT, check=True, capture_output=True, timeout=120)
    assert run.state() is RunState.FAILED
    assert "Free some space, then resume" in run.reason()
    assert any(isinstance(event, Epoch) for event in Follower(run.events_file).read())
    assert not list(run.path.rglob("*.part"))


def test_unwritable_runs_folder_is_one_sentence(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("FMNIST_RUNS_DIR", str(tmp_path / "file" / "runs"))
    with pytest.raises(RunError, match="set FMNIST_RUNS_DIR to a writable folder"):
        queue.submit_run(LONG, name="nowhere")
