"""Errors are one line on stderr; exit statuses are those of a Unix tool."""

import subprocess
import sys

import pytest

from fmnist_core import paths
from fmnist_core.cli import main, registries
from fmnist_core.cli.command import Command, format_table
from fmnist_core.errors import DataError, DivergedError, RunError

MISTAKES = {
    "no command": ([], "the following arguments are required: COMMAND"),
    "no such command": (["fly"], "invalid choice: 'fly'"),
    "no such recipe": (["train", "--recipe", "cn"], "No recipe 'cn'. Known: mlp-quick"),
    "no such recipe to show": (["recipes", "cn"], "No recipe 'cn'. Known: mlp-quick"),
    "no such model": (
        ["cost", "--recipe", "mlp-quick", "--set", "model=cn"],
        "No model 'cn'. Known: mlp, cnn",
    ),
    "bad value": (
        ["train", "--recipe", "mlp-quick", "--set", "epochs=0"],
        "epochs is 0; it must be a whole number from 1 to 200.",
    ),
    "no such field": (
        ["train", "--recipe", "mlp-quick", "--set", "self=1"],
        "No recipe field 'self'. Known: model, data",
    ),
    "no value": (["train", "--recipe", "mlp-quick", "--set", "epochs"], "epochs has no value"),
    "no such run": (["runs", "show", "x"], "No run 'x'. Known: none yet."),
    "no name": (["runs", "rename", "x"], "required: NAME"),
}


@pytest.mark.parametrize(("words", "message"), MISTAKES.values(), ids=MISTAKES)
def test_user_error_is_one_line(run_command, tmp_path, monkeypatch, words, message):
    monkeypatch.setattr(paths, "checkpoints_folder", lambda: tmp_path / "none")
    result = run_command(*words)
    assert result.status == 2
    assert result.out == ""
    assert result.err.startswith("fmnist_core: ")
    assert message in result.err
    assert result.err.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (DataError("No\ndata."), 1),
        (DivergedError("No number."), 1),
        (RunError("No run."), 2),
        (PermissionError(13, "Permission denied", "/a/file"), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_error_determines_the_exit_status(capsys, error, status):
    def fail(_):
        raise error

    command = Command(name="fail", help="fail", run=fail)
    assert main.main(["fail"], commands=[command]) == status
    assert capsys.readouterr().err.count("\n") == 1


def test_bug_is_a_traceback(run_command, monkeypatch):
    monkeypatch.setattr(registries, "MODELS", None)
    with pytest.raises(AttributeError):
        run_command("models")


def test_folder_that_cannot_be_written_is_a_failure(run_command, tmp_path):
    (tmp_path / "file").write_text("")
    words = ["train", "--recipe", "mlp-quick", "--set", "data=drawn"]
    result = run_command(*words, "--runs", str(tmp_path / "file" / "runs"))
    assert result.status == 1
    assert "No run can be saved in" in result.err


@pytest.mark.skipif(sys.platform == "win32", reason="pipes close otherwise there")
def test_closed_pipe_is_no_error():
    command = [sys.executable, "-m", "fmnist_core", "recipes"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=paths.PROJECT, **pipes) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == main.PIPE_CLOSED


def test_columns_are_aligned():
    assert format_table([("a", 1), ("bbb", 22)], header=("K", "N")) == [
        "K    N",
        "a    1",
        "bbb  22",
    ]
