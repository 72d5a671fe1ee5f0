"""An executor that is not installed, is unknown or does not answer: the app opens, and says so."""

import pytest

from fmnist_core import paths
from fmnist_core.cli.main import main
from fmnist_core.jobs import queue
from fmnist_core.jobs.executors import registry
from tests.apptest import open_page

SENTENCES = {
    "condor": "No executor 'condor'. Known: local,",
    "slurm": "This machine has no sbatch and srun",
    "ray": "This machine is part of no Ray cluster",
    "ray://127.0.0.1:9": "No Ray cluster answers at 127.0.0.1:9",
}


@pytest.fixture(params=SENTENCES)
def sentence(request, tmp_path, monkeypatch):
    """What is said about this executor, on a machine without any cluster."""
    monkeypatch.setenv(registry.VARIABLE, request.param)
    monkeypatch.setenv("RAY_TMPDIR", str(tmp_path))
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    monkeypatch.setattr("shutil.which", lambda _: None)
    return SENTENCES[request.param]


def test_pages_open_and_train_says_why_nothing_can_be_queued(sentence):
    open_page("pages/home.py")
    app = open_page("pages/train.py", data="drawn")
    next(button for button in app.button if button.label == "Train").click().run()
    assert not app.exception
    assert any(sentence in error.value for error in app.error)
    assert not queue.list_queue(paths.runs_folder())


def test_command_says_so_in_one_line(sentence, capsys):
    assert main(["train", "--recipe", "mlp-quick", "--set", "data=drawn"]) != 0
    (line,) = capsys.readouterr().err.splitlines()
    assert sentence in line
