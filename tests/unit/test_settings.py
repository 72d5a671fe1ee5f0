"""The settings file: defaults, changes, and one sentence about what is wrong with it."""

import os
from pathlib import Path

import pytest

from fmnist_core.errors import SettingsError
from fmnist_core.settings import Settings, get_settings, setting_names


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "lab.toml"
    monkeypatch.setenv("FMNIST_SETTINGS", str(path))
    return path


@pytest.mark.usefixtures("file")
def test_without_a_file_the_defaults_apply() -> None:
    assert get_settings() == Settings()


def test_a_file_changes_what_it_names(file: Path) -> None:
    file.write_text("[limits]\nwaiting_runs = 9\n")
    settings = get_settings()
    assert settings.limits.waiting_runs == 9
    assert settings.limits.training_minutes == Settings().limits.training_minutes


def test_a_change_applies_at_once(file: Path) -> None:
    file.write_text("[disk]\nbin_days = 1\n")
    assert get_settings().disk.bin_days == 1
    file.write_text("[disk]\nbin_days = 2\n")
    os.utime(file, ns=(1, 1))
    assert get_settings().disk.bin_days == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[limits", r"^lab.toml is not valid TOML: .*\.$"),
        ("\x00", "^lab.toml is not valid TOML"),
        ("[limit]\n", r"^lab.toml: No setting 'limit'\. Known: limits.waiting_runs"),
        ("[limits]\nruns = 3\n", r"^lab.toml: No setting 'limits.runs'\. Known: .*\.$"),
        ("[limits]\nwaiting_runs = 0\n", "^lab.toml: limits.waiting_runs is 0; .*greater than"),
        ("[limits]\nwaiting_runs = true\n", "^lab.toml: limits.waiting_runs is True; .*integer"),
        ("limits = 3\n", "^lab.toml: limits is 3; "),
    ],
)
def test_a_damaged_file_is_explained_in_one_sentence(file: Path, text: str, sentence: str) -> None:
    file.write_text(text)
    with pytest.raises(SettingsError, match=sentence):
        get_settings()


def test_a_file_that_is_no_text_is_explained(file: Path) -> None:
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="is not valid TOML"):
        get_settings()


def test_a_folder_is_no_file(file: Path) -> None:
    file.mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        get_settings()


def test_every_setting_has_a_description() -> None:
    for name in setting_names():
        section, key = name.split(".")
        info = type(Settings.model_fields[section].default).model_fields[key]
        assert info.description, name
