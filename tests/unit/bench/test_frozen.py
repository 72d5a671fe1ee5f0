"""A frozen phase is timed against a pass of its backbone."""

import pytest

from fmnist_core.bench import frozen

pytestmark = pytest.mark.usefixtures("small_training_set")


def test_frozen_phase_against_a_pass(run_benchmark):
    arguments = ["--model", "cnn-lite", "--input-size", "28", "--epochs", "2", "--images", "100"]
    result = run_benchmark(frozen, *arguments)
    assert result["training_images"] == 64
    ratio = result["frozen_phase_seconds"] / result["one_pass_seconds"]
    assert result["phase_over_pass"] == pytest.approx(ratio)
