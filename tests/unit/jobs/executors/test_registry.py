"""One executor is chosen, by the environment or the settings; a wrong name is explained."""

import pkgutil
import subprocess
import sys

import pytest

from fmnist_core import paths
from fmnist_core.errors import SettingsError
from fmnist_core.jobs import slots
from fmnist_core.jobs.executors import registry
from fmnist_core.jobs.executors.executor import Executor
from fmnist_core.jobs.executors.local import LocalExecutor
from fmnist_core.jobs.executors.registry import EXECUTORS, get_executor


@pytest.fixture(autouse=True)
def settings(tmp_path, monkeypatch):
    """The settings file of this test, which does not exist yet."""
    monkeypatch.delenv(registry.VARIABLE, raising=False)
    path = tmp_path / "lab.toml"
    monkeypatch.setenv("FMNIST_SETTINGS", str(path))
    return path


def test_this_machine_is_the_default():
    assert isinstance(get_executor(), LocalExecutor)


@pytest.mark.parametrize("key", EXECUTORS)
def test_each_can_be_chosen(key):
    assert isinstance(get_executor(key), pkgutil.resolve_name(EXECUTORS[key].builder))
    assert isinstance(get_executor(key), Executor)


def test_environment_goes_before_the_file(settings, monkeypatch):
    settings.write_text('[executor]\nname = "condor"\n')
    monkeypatch.setenv(registry.VARIABLE, "local")
    assert isinstance(get_executor(), LocalExecutor)


@pytest.mark.parametrize("name", ["condor", "local://here:1", "://", "Local", "ray//head"])
def test_wrong_name_is_explained(settings, name, runs_folder):
    settings.write_text(f'[executor]\nname = "{name}"\n')
    with pytest.raises(SettingsError, match=rf"^No executor '{name}'\. Known: local.*\.$"):
        get_executor()
    assert registry.capacity(runs_folder).num_slots == len(slots.slot_names())


@pytest.mark.parametrize(
    ("name", "title"),
    [("local", ""), ("slurm", "Slurm"), ("ray://head:1", "Ray cluster"), ("?", "")],
)
def test_pages_name_a_cluster(monkeypatch, name, title):
    monkeypatch.setenv(registry.VARIABLE, name)
    assert registry.cluster_title() == title


def test_damaged_settings_name_no_cluster_and_show_this_machine(settings, runs_folder):
    settings.write_text("[executor")
    assert registry.cluster_title() == ""
    assert registry.capacity(runs_folder).num_slots == len(slots.slot_names())


@pytest.mark.parametrize("key", EXECUTORS)
def test_pages_and_commands_load_no_cluster_software(key):
    code = f"""
import sys
from contextlib import suppress
from pathlib import Path
from fmnist_core.errors import LabError
from fmnist_core.jobs.executors.registry import get_executor
from fmnist_core.training.presets import get_preset
executor = get_executor("{key}")
executor.capacity(Path("missing"))
with suppress(LabError):
    executor.check(get_preset("mlp-quick").recipe)
print(sorted({{"ray", "submitit", "torch"}} & set(sys.modules)))
"""
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=paths.PROJECT, capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == "[]"
