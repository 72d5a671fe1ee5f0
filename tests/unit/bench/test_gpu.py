"""The shortest training that reaches a goal is reported."""

import pytest

from fmnist_core.bench import gpu

pytestmark = pytest.mark.usefixtures("small_training_set")


def test_shortest_training_that_reaches_a_goal(run_benchmark, monkeypatch):
    monkeypatch.setattr(gpu, "measure_ceiling", lambda _: {})
    monkeypatch.setattr(gpu, "GOALS", (0.0, 1.01))
    arguments = ["--recipe", "mlp-quick", "--epochs", "1", "2", "--seeds", "2", "--device", "cpu"]
    result = run_benchmark(gpu, *arguments)
    seconds = [row["seconds"] for row in result["trainings"]]
    easy, impossible = result["seconds_to"]
    assert easy["test_accuracy"] == easy["with_mirror_images"] == min(seconds)
    assert impossible["test_accuracy"] is None
