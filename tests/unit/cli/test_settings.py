"""The printed settings are a settings file."""

import tomllib

import pytest

from fmnist_core.settings import Settings


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    path = tmp_path / "lab.toml"
    monkeypatch.setenv("FMNIST_SETTINGS", str(path))
    return path


def test_printed_defaults_can_be_saved_as_the_file(run_command, file):
    printed = run_command("settings").out
    assert "there is no" in printed
    assert Settings.model_validate(tomllib.loads(printed)) == Settings()
    file.write_text(printed)
    assert run_command("settings", "--json").facts["settings"]["limits"]["waiting_runs"] == 3
    assert run_command("settings").out.splitlines()[1:] == printed.splitlines()[1:]


def test_values_of_the_file_are_printed(run_command, file):
    file.write_text("[limits]\nwaiting_runs = 9\n")
    assert "waiting_runs = 9" in run_command("settings").out


def test_damaged_file_is_an_error(run_command, file):
    file.write_text("[limits]\nwaiting_runs = 0\n")
    result = run_command("settings")
    assert result.status == 2
    assert "limits.waiting_runs is 0" in result.err
