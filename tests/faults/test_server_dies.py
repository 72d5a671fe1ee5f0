"""The run outlives whoever submitted it."""

import signal
import subprocess
import sys

from fmnist_core import paths
from fmnist_core.runs import store
from fmnist_core.runs.run import RunState
from tests.faults.conftest import LONG, end_processes_of, num_epochs, wait_until


def test_killed_server_leaves_its_run_training(tmp_path):
    command = [sys.executable, "-m", "tests.faults.submit_run", LONG.model_dump_json()]
    with subprocess.Popen([*command, str(tmp_path)], cwd=paths.PROJECT) as server:
        wait_until(lambda: store.list_runs(tmp_path))
        (run,) = store.list_runs(tmp_path)
        wait_until(lambda: num_epochs(run) >= 1)
        server.send_signal(signal.SIGKILL)
    before = num_epochs(run)
    wait_until(lambda: num_epochs(run) >= before + 2)
    assert run.state() is RunState.RUNNING
    end_processes_of(str(tmp_path))
