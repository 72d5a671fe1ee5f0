"""Latencies are asked for in the background, each network once."""

import threading
from types import SimpleNamespace

import pytest

from fmnist_core.jobs import background as errands_module
from fmnist_core.jobs import measurements
from fmnist_core.jobs.background import BackgroundCommands
from fmnist_core.training import latency, measurement_cache
from fmnist_core.training.presets import get_preset

MLP, CNN = get_preset("mlp-quick").recipe, get_preset("cnn-quick").recipe


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch, tmp_path):
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(tmp_path))


@pytest.fixture
def errands(monkeypatch):
    """Says what it was asked for, and does nothing."""
    asked = []
    fake = SimpleNamespace(
        request=lambda _, *words, given: asked.append((words, given)),
        is_working=lambda: False,
        problem=lambda _: fake.trouble,
        trouble=None,
        asked=asked,
    )
    monkeypatch.setattr(measurements, "_latency_commands", fake)
    return fake


def test_each_network_is_asked_for_once():
    many = [MLP, MLP.changed(seed=3), CNN]
    assert [recipe.model for recipe in measurements.unmeasured_latencies(many)] == ["mlp", "cnn"]


@pytest.mark.usefixtures("errands")
def test_what_is_known_is_not_asked_for():
    found = latency.Latency(milliseconds=1.0, device="a processor")
    measurement_cache.save(latency.latency_file(MLP), found)
    assert [recipe.model for recipe in measurements.unmeasured_latencies([MLP, CNN])] == ["cnn"]


def test_request_hands_the_recipes_over(errands):
    measurements.request_latencies([CNN])
    ((words, given),) = errands.asked
    assert words == ("fmnist_core.training.measure_latency",)
    assert '"model": "cnn"' in given


def test_what_failed_is_not_asked_again_but_said(errands):
    errands.trouble = "The disk is full."
    measurements.request_latencies([CNN])
    assert errands.asked == []
    said = "How long an answer takes could not be measured: The disk is full."
    assert measurements.latency_error([CNN]) == said


def test_a_real_errand_brings_the_figure(monkeypatch):
    monkeypatch.setattr(measurements, "_latency_commands", BackgroundCommands())
    measurements.request_latencies([MLP])
    for thread in threading.enumerate():
        if thread.name == errands_module.THREAD:
            thread.join(60)
    assert measurements.latency_error([MLP]) is None
    assert latency.load_latency(MLP).milliseconds > 0
