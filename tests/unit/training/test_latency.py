"""Inference latency: measured once per architecture and input size, and stored."""

import io
import json
import sys

import pytest

from fmnist_core.training import measure_latency
from fmnist_core.training.latency import latency_file, load_latency
from fmnist_core.training.presets import get_preset

MLP = get_preset("mlp-quick").recipe


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(tmp_path))


@pytest.fixture
def measure(monkeypatch):
    """Run the command with recipes on its standard input."""

    def run_command(*values):
        monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(values)))
        measure_latency.main()

    return run_command


def test_latency_is_measured_and_stored(measure):
    assert load_latency(MLP) is None
    measure(MLP.model_dump())
    latency = load_latency(MLP)
    assert 0 < latency.milliseconds < 1000
    assert latency.device


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"seed": 9, "epochs": 2, "learning_rate": 0.1}, True),
        ({"head.widths": "64"}, False),
        ({"channels": 3}, False),
        ({"input_size": 56}, False),
    ],
)
def test_only_architecture_and_input_size_matter(changes, same):
    assert (latency_file(MLP) == latency_file(MLP.changed(**changes))) is same


def test_unwritable_cache_is_an_error_message(measure, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(tmp_path / "file"))
    with pytest.raises(SystemExit, match="Not a directory"):
        measure(MLP.model_dump())
