"""Calibration, by hand and against scikit-learn."""

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from fmnist_core.evaluation.calibration import NUM_BINS, calibrate


def answers(*confidences: float) -> np.ndarray:
    """Probabilities for class 0; the rest goes evenly to the others."""
    rows = [[each, *[(1 - each) / 9] * 9] for each in confidences]
    return np.array(rows)


def test_error_worked_by_hand():
    # Two of confidence 0.9 of which one is right, two of 0.6 that are right.
    found = calibrate(answers(0.9, 0.9, 0.6, 0.6), np.array([0, 1, 0, 0]))
    assert found.expected_error == pytest.approx(0.4)
    assert found.counts.sum() == 4
    assert list(np.flatnonzero(found.counts)) == [8, 13]


def test_certain_and_right_is_calibrated():
    found = calibrate(answers(1.0, 1.0), np.array([0, 0]))
    assert found.expected_error == 0
    assert found.counts[NUM_BINS - 1] == 2
    assert np.isnan(found.accuracy[0])


def test_bins_agree_with_scikit_learn():
    generator = np.random.default_rng(0)
    probabilities = generator.dirichlet(np.full(10, 0.2), size=3000)
    labels = np.array([generator.choice(10, p=each) for each in probabilities])
    found = calibrate(probabilities, labels)
    right = probabilities.argmax(axis=1) == labels
    accuracy, confidence = calibration_curve(
        right, probabilities.max(axis=1), n_bins=NUM_BINS, strategy="uniform"
    )
    filled = found.counts > 0
    assert found.accuracy[filled] == pytest.approx(accuracy)
    assert found.confidence[filled] == pytest.approx(confidence)
    assert found.expected_error < 0.05
