"""Accuracy is measured on sketches of every kind."""

import pytest

from fmnist_core.bench import sketches

pytestmark = pytest.mark.usefixtures("small_test_set")


def test_sketches_of_every_kind(run_benchmark):
    (row,) = run_benchmark(sketches, "--images", "6", "--runs", "cnn-lite")["accuracy in percent"]
    assert set(row) == {"run", "originals", *sketches.KINDS}
    assert all(0 <= row[kind] <= 100 for kind in sketches.KINDS)
