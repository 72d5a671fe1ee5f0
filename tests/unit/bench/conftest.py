"""Benchmarks run on a few synthetic garments."""

import argparse

import pytest

from fmnist_core.data import datasets
from fmnist_core.synthetic.garments import generate_garments
from tests.factories import synthetic_dataset


@pytest.fixture
def small_test_set(monkeypatch):
    """Make benchmarks test on eight synthetic garments."""
    garments = generate_garments(8, seed=7)
    monkeypatch.setattr(datasets, "load_test_set", lambda _: garments)


@pytest.fixture
def small_training_set(monkeypatch):
    """Make benchmarks train on 64 synthetic garments."""
    data = synthetic_dataset(64, 16, 16, seed=7)
    monkeypatch.setattr(datasets, "load", lambda *_, **__: data)


@pytest.fixture
def run_benchmark():
    """Run a benchmark's module with command-line arguments; returns its result."""

    def run(module, *arguments):
        parser = argparse.ArgumentParser()
        module.add_arguments(parser)
        return module.run(parser.parse_args(arguments))

    return run
