"""Stored predictions: read them back, and refuse damaged files."""

import numpy as np
import pytest
from safetensors.numpy import save_file

from fmnist_core.errors import RunError
from fmnist_core.runs import predictions
from tests import factories

PROBABILITIES = np.random.default_rng(0).dirichlet(np.ones(10), size=20).astype(np.float16)
LABELS = (np.arange(20) % 10).astype(np.uint8)


@pytest.fixture
def run(make_run):
    run = make_run(factories.started(), finished=True)
    save_file({"probabilities": PROBABILITIES, "labels": LABELS}, run.predictions_file)
    return run


def test_rows_sum_to_one_again(run):
    loaded = predictions.load_predictions(run).probabilities
    assert loaded.dtype == np.float32
    assert loaded.sum(axis=1) == pytest.approx(np.ones(20))
    assert loaded == pytest.approx(PROBABILITIES.astype(np.float32), abs=2e-3)


def test_labels_are_stored_too(run):
    labels = predictions.load_predictions(run).labels
    assert labels.dtype == np.int64
    assert (labels == LABELS).all()


def write(probabilities=PROBABILITIES, labels=LABELS):
    return lambda file: save_file({"probabilities": probabilities, "labels": labels}, file)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda file: file.unlink(), "has no predictions.safetensors: train it again"),
        (lambda file: file.write_bytes(file.read_bytes()[:50]), "cannot be read"),
        (lambda file: file.write_bytes(b""), "cannot be read"),
        (lambda file: save_file({"probabilities": PROBABILITIES}, file), "cannot be read"),
        (lambda file: save_file({"labels": LABELS}, file), "cannot be read"),
        (write(PROBABILITIES[:5]), r"of the shape \(5, 10\) for 20 labels"),
        (write(PROBABILITIES[:0], LABELS[:0]), r"of the shape \(0, 10\) for 0 labels"),
        (write(labels=LABELS + 1), "does not hold labels"),
        (write(PROBABILITIES * 3), "does not hold probabilities"),
        (write(-PROBABILITIES), "does not hold probabilities"),
        (write(np.full_like(PROBABILITIES, np.nan)), "does not hold probabilities"),
    ],
)
def test_damaged_file_is_an_error(run, damage, message):
    damage(run.predictions_file)
    with pytest.raises(RunError, match=message):
        predictions.load_predictions(run)
