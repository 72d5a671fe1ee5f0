"""Accuracy is measured on photos with every background."""

import pytest

from fmnist_core.bench import photos

pytestmark = pytest.mark.usefixtures("small_test_set")


def test_photos_on_every_background(run_benchmark):
    result = run_benchmark(photos, "--images", "6", "--run", "cnn-lite")
    assert len(result["points lost"]) == 7
    assert result["photographs in which no garment was found"] == 0
