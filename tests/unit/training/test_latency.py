"""How long one answer takes: measured once for each network, and kept."""

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
def asked(monkeypatch):
    """Hand recipes to the command on its standard input."""

    def ask(*values):
        monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(values)))
        measure_latency.main()

    return ask


def test_answers_are_timed(asked):
    assert load_latency(MLP) is None
    asked(MLP.model_dump())
    found = load_latency(MLP)
    assert 0 < found.milliseconds < 1000
    assert found.device


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"seed": 9, "epochs": 2, "learning_rate": 0.1}, True),
        ({"head.widths": "64"}, False),
        ({"channels": 3}, False),
        ({"input_size": 56}, False),
    ],
)
def test_the_network_decides(changes, same):
    assert (latency_file(MLP) == latency_file(MLP.changed(**changes))) is same


def test_unwritable_cache_is_a_sentence(asked, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(tmp_path / "file"))
    with pytest.raises(SystemExit, match="Not a directory"):
        asked(MLP.model_dump())
