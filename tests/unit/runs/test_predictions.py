"""Stored predictions: read as written, and complained of in a sentence."""

import numpy as np
import pytest
from safetensors.numpy import save_file

from fmnist_core.errors import RunError
from fmnist_core.runs import predictions

GIVEN = np.random.default_rng(0).dirichlet(np.ones(10), size=20).astype(np.float16)


@pytest.fixture
def run(make_run, told):
    run = make_run(told.started(), finished=True)
    save_file({"probabilities": GIVEN}, run.predictions_file)
    return run


def test_rows_add_up_to_one_again(run):
    found = predictions.load(run, num_images=20)
    assert found.dtype == np.float32
    assert found.sum(axis=1) == pytest.approx(np.ones(20))
    assert found == pytest.approx(GIVEN.astype(np.float32), abs=2e-3)


def replaced(array):
    return lambda file: save_file({"probabilities": array}, file)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda file: file.unlink(), "has no predictions.safetensors: train it again"),
        (lambda file: file.write_bytes(file.read_bytes()[:50]), "cannot be read"),
        (lambda file: file.write_bytes(b""), "cannot be read"),
        (lambda file: save_file({"logits": GIVEN}, file), "cannot be read"),
        (replaced(GIVEN[:5]), r"has the shape \(5, 10\), not \(20, 10\)"),
        (replaced(GIVEN * 3), "does not hold probabilities"),
        (replaced(-GIVEN), "does not hold probabilities"),
        (replaced(np.full_like(GIVEN, np.nan)), "does not hold probabilities"),
    ],
)
def test_harm_is_said_in_a_sentence(run, harm, words):
    harm(run.predictions_file)
    with pytest.raises(RunError, match=words):
        predictions.load(run, num_images=20)
