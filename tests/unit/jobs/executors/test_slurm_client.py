"""What Slurm answers about jobs; how they are submitted is tested with the executor."""

import subprocess

import pytest

from fmnist_core.jobs.executors.slurm_client import QueueWatcher


@pytest.fixture
def answer(monkeypatch):
    """Let `squeue` answer this; the commands that were run."""
    commands = []

    def let_answer(text):
        def run(command, **_):
            commands.append(command)
            return text.encode()

        monkeypatch.setattr(subprocess, "check_output", run)
        return commands

    return let_answer


def test_states_are_read_by_job(answer):
    commands, watcher = answer("7|RUNNING\n8|COMPLETED\n"), QueueWatcher()
    watcher.register_job("8")
    watcher.register_job("7")
    assert watcher.get_state("7") == "RUNNING"
    assert watcher.get_state("8") == "COMPLETED"
    assert [command[0] for command in commands] == ["squeue"]


def test_job_that_slurm_has_forgotten_is_unknown(answer):
    answer("")
    assert QueueWatcher().get_state("7") == "UNKNOWN"


def test_slurm_is_not_asked_without_jobs(answer):
    commands, watcher = answer(""), QueueWatcher()
    watcher.update()
    assert commands == []
