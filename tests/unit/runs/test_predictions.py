"""Stored predictions: read as written, and complained of in a sentence."""

import numpy as np
import pytest
from safetensors.numpy import save_file

from fmnist_core.errors import RunError
from fmnist_core.runs import predictions
from tests import factories

GIVEN = np.random.default_rng(0).dirichlet(np.ones(10), size=20).astype(np.float16)
LABELS = (np.arange(20) % 10).astype(np.uint8)


@pytest.fixture
def run(make_run):
    run = make_run(factories.started(), finished=True)
    save_file({"probabilities": GIVEN, "labels": LABELS}, run.predictions_file)
    return run


def test_rows_add_up_to_one_again(run):
    found = predictions.load_predictions(run).probabilities
    assert found.dtype == np.float32
    assert found.sum(axis=1) == pytest.approx(np.ones(20))
    assert found == pytest.approx(GIVEN.astype(np.float32), abs=2e-3)


def test_labels_lie_beside_them(run):
    found = predictions.load_predictions(run).labels
    assert found.dtype == np.int64
    assert (found == LABELS).all()


def replaced(probabilities=GIVEN, labels=LABELS):
    return lambda file: save_file({"probabilities": probabilities, "labels": labels}, file)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda file: file.unlink(), "has no predictions.safetensors: train it again"),
        (lambda file: file.write_bytes(file.read_bytes()[:50]), "cannot be read"),
        (lambda file: file.write_bytes(b""), "cannot be read"),
        (lambda file: save_file({"probabilities": GIVEN}, file), "cannot be read"),
        (lambda file: save_file({"labels": LABELS}, file), "cannot be read"),
        (replaced(GIVEN[:5]), r"of the shape \(5, 10\) for 20 labels"),
        (replaced(GIVEN[:0], LABELS[:0]), r"of the shape \(0, 10\) for 0 labels"),
        (replaced(labels=LABELS + 1), "does not hold labels"),
        (replaced(GIVEN * 3), "does not hold probabilities"),
        (replaced(-GIVEN), "does not hold probabilities"),
        (replaced(np.full_like(GIVEN, np.nan)), "does not hold probabilities"),
    ],
)
def test_harm_is_said_in_a_sentence(run, harm, words):
    harm(run.predictions_file)
    with pytest.raises(RunError, match=words):
        predictions.load_predictions(run)
