"""Costs and latencies are measured in the background, each once."""

import json

import pytest

from fmnist_core.jobs import measurements
from fmnist_core.jobs.background import BackgroundCommands, CommandQueue
from fmnist_core.training import latency, measurement_cache
from fmnist_core.training.presets import get_preset

MLP, CNN = get_preset("mlp-quick").recipe, get_preset("cnn-quick").recipe


@pytest.fixture(autouse=True)
def _empty_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(tmp_path))


@pytest.fixture(autouse=True)
def _fake_processes(processes, monkeypatch):
    for name in ("COST_COMMANDS", "LATENCY_COMMANDS"):
        commands = BackgroundCommands(user_waits=False, queue=processes.queue)
        monkeypatch.setattr(measurements, name, commands)


def test_each_architecture_is_measured_once():
    recipes = [MLP, MLP.changed(seed=3), CNN]
    unmeasured = measurements.unmeasured_latencies(recipes)
    assert [recipe.model for recipe in unmeasured] == ["mlp", "cnn"]


def test_known_latency_is_not_measured_again():
    known = latency.Latency(milliseconds=1.0, device="a processor")
    measurement_cache.save(latency.latency_file(MLP), known)
    assert [recipe.model for recipe in measurements.unmeasured_latencies([MLP, CNN])] == ["cnn"]


def test_latency_request_passes_the_recipes(processes):
    measurements.request_latencies([CNN])
    processes.wait_until_idle()
    (process,) = processes.started
    assert process.arguments == ["-m", "fmnist_core.training.measure_latency"]
    assert [recipe["model"] for recipe in json.loads(process.stdin)] == ["cnn"]


def test_failed_latency_is_not_measured_again(processes):
    processes.status, processes.stderr = 1, "The disk is full.\n"
    for _ in range(2):
        measurements.request_latencies([CNN])
        processes.wait_until_idle()
    assert len(processes.started) == 1
    text = "The latency could not be measured: The disk is full."
    assert measurements.latency_error([CNN]) == text


def test_failed_cost_is_not_measured_again(processes):
    processes.status, processes.stderr = 1, "MLP needs 9 GB to train.\n"
    for _ in range(2):
        measurements.request_cost(MLP)
        processes.wait_until_idle()
    assert len(processes.started) == 1
    text = "The cost could not be measured: MLP needs 9 GB to train."
    assert measurements.cost_error(MLP) == text


def test_a_real_process_measures_the_latency(monkeypatch):
    queue = CommandQueue()
    commands = BackgroundCommands(user_waits=False, queue=queue)
    monkeypatch.setattr(measurements, "LATENCY_COMMANDS", commands)
    measurements.request_latencies([MLP])
    assert queue.wait_until_idle(60)
    assert measurements.latency_error([MLP]) is None
    assert latency.load_latency(MLP).milliseconds > 0
