"""What is measured of the machine."""

import subprocess
import sys
from pathlib import Path

from fmnist_core.health_page import machine

WAIT = "import sys; print('ready', flush=True); sys.stdin.read()"


def test_an_idle_server() -> None:
    measured = machine.measure()
    assert measured.num_sessions == 0  # AppTest and pytest are no server
    assert 0 <= measured.cpu_fraction <= 1
    assert 0 < measured.server_bytes < measured.memory_total
    assert (measured.gpus, measured.workers) == ((), ())


def test_workers_of_this_folder_are_found(runs_folder: Path, tmp_path: Path) -> None:
    commands = [
        [sys.executable, "-c", WAIT, machine.WORKER_MODULE, str(folder / "run-1"), "cpu"]
        for folder in (runs_folder, tmp_path / "other")
    ]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for command in commands
    ]
    assert [process.stdout.readline() for process in processes] == ["ready\n"] * 2
    (worker,) = machine.find_workers(runs_folder)
    for process in processes:
        process.communicate()
    assert (worker.run_id, worker.slot) == ("run-1", "cpu")
    assert worker.num_bytes > 1_000_000
    assert list(machine.find_workers(runs_folder)) == []
