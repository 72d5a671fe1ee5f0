"""The run outlives whoever submitted it."""

import signal
import subprocess
import sys

from fmnist_core import paths
from fmnist_core.runs import store
from fmnist_core.runs.run import RunState
from tests.faults.conftest import LONG, end_processes_of, num_epochs, until

SERVER = """
import sys, time
from pathlib import Path
from fmnist_core.jobs import queue
from fmnist_core.training.recipe import Recipe
queue.submit(Recipe.model_validate_json(sys.argv[1]), name="orphan", folder=Path(sys.argv[2]))
time.sleep(600)
"""


def test_killed_server_leaves_its_run_training(tmp_path):
    command = [sys.executable, "-c", SERVER, LONG.model_dump_json(), str(tmp_path)]
    with subprocess.Popen(command, cwd=paths.PROJECT) as server:
        until(lambda: store.list_runs(tmp_path))
        (run,) = store.list_runs(tmp_path)
        until(lambda: num_epochs(run) >= 1)
        server.send_signal(signal.SIGKILL)
    before = num_epochs(run)
    until(lambda: num_epochs(run) >= before + 2)
    assert run.state() is RunState.RUNNING
    end_processes_of(str(tmp_path))
