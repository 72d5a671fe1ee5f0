"""OOD detection is measured on images of every kind."""

import pytest

from fmnist_core.bench import ood
from fmnist_core.bench.synthetic_ood import KINDS

pytestmark = pytest.mark.usefixtures("small_test_set")


def test_images_of_every_kind(run_benchmark):
    result = run_benchmark(ood, "--images", "6", "--runs", "cnn-lite")
    (row,) = result["said to be unlike training, percent"]
    assert set(row) == {"run", "test images", *KINDS}
    assert row["noise"] > 90
    (areas,) = result["mean area under ROC curve"]
    assert 0 <= areas["by distance"] <= 1
