"""Batch prediction is timed against a plain loop."""

import pytest

from fmnist_core.bench import predict

pytestmark = pytest.mark.usefixtures("small_test_set")


def test_batches_against_a_plain_loop():
    seconds = predict.measure_batches(8)
    assert len(seconds) == 3
    assert all(value > 0 for value in seconds.values())
