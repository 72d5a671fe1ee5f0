"""The benchmarks that train, on a few drawn garments: they run, and their figures fit together."""

import argparse

import pytest

from fmnist_core.bench import frozen, gpu
from fmnist_core.data import datasets
from tests.factories import synthetic_dataset


@pytest.fixture(autouse=True)
def _few(monkeypatch):
    data = synthetic_dataset(64, 16, 16, seed=7)
    monkeypatch.setattr(datasets, "load_predictions", lambda *_, **__: data)


def arguments(module, *words):
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)
    return parser.parse_args(words)


def test_frozen_phase_against_a_pass():
    words = ["--model", "cnn-lite", "--input-size", "28", "--epochs", "2", "--images", "100"]
    figures = frozen.run(arguments(frozen, *words))
    assert figures["training_images"] == 64
    ratio = figures["frozen_phase_seconds"] / figures["one_pass_seconds"]
    assert figures["phase_over_pass"] == pytest.approx(ratio)


def test_gpu_bench_reports_the_shortest_training_that_reaches_a_goal(monkeypatch):
    monkeypatch.setattr(gpu, "device_ceiling", lambda _: {})
    monkeypatch.setattr(gpu, "GOALS", (0.0, 1.01))
    words = ["--recipe", "mlp-quick", "--epochs", "1", "2", "--seeds", "2", "--device", "cpu"]
    figures = gpu.run(arguments(gpu, *words))
    seconds = [row["seconds"] for row in figures["trainings"]]
    none, all_ = figures["seconds_to"]
    assert none["test_accuracy"] == none["with_mirror_images"] == min(seconds)
    assert all_["test_accuracy"] is None
