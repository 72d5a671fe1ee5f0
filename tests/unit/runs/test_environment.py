"""Environment variables of whoever starts a run reach its worker."""

import pytest

from fmnist_core.jobs import queue
from fmnist_core.jobs.executors import local
from fmnist_core.runs import environment, store
from fmnist_core.training import events
from fmnist_core.training.cost_estimate import MEMORY_LIMIT
from fmnist_core.training.presets import get_preset
from tests import factories


@pytest.fixture
def started(monkeypatch):
    """The environments in which workers would be started."""
    environments = []
    monkeypatch.setattr(
        local, "start_module", lambda *_, environment, **__: environments.append(environment)
    )
    return environments


def test_worker_gets_the_variables_of_its_submitter(tmp_path, monkeypatch, started):
    monkeypatch.setenv(MEMORY_LIMIT, "2 GB")
    run = store.create_run(get_preset("mlp-quick").recipe, name="Ada's", folder=tmp_path)
    monkeypatch.setenv(MEMORY_LIMIT, "1 GB")
    local.start_process(run, "cpu")
    assert started[0][MEMORY_LIMIT] == "2 GB"
    assert started[0]["CUDA_VISIBLE_DEVICES"] == ""


def test_unset_variable_stays_unset(tmp_path, monkeypatch, started):
    monkeypatch.delenv(MEMORY_LIMIT, raising=False)
    run = store.create_run(get_preset("mlp-quick").recipe, name="Ada's", folder=tmp_path)
    local.start_process(run, "cpu")
    assert started[0][MEMORY_LIMIT] == ""


def test_resume_saves_the_variables_again(make_run, monkeypatch):
    run = make_run(factories.started(), events.Stopped(reason="By hand."))
    monkeypatch.setattr(queue, "ensure_dispatcher", lambda _: None)
    monkeypatch.setenv(MEMORY_LIMIT, "3 GB")
    queue.resume_run(run)
    assert environment.load(run)[MEMORY_LIMIT] == "3 GB"


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'{"FMNIST_MEMORY_LIMIT": 3}'])
def test_damaged_file_sets_no_variables(make_run, content):
    run = make_run()
    run.environment_file.write_bytes(content)
    assert environment.load(run) == {}
