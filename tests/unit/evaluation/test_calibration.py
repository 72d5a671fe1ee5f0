"""Calibration, by hand and against scikit-learn."""

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from fmnist_core.evaluation.calibration import NUM_BINS, measure_calibration


def test_error_by_hand():
    # Two images of confidence 0.9, one of them correct, and two of 0.6, both correct.
    calibration = measure_calibration(
        np.array([0.9, 0.9, 0.6, 0.6]), np.array([True, False, True, True])
    )
    assert calibration.expected_error == pytest.approx(0.4)
    assert calibration.counts.sum() == 4
    assert list(np.flatnonzero(calibration.counts)) == [8, 13]


def test_certain_and_correct_is_calibrated():
    calibration = measure_calibration(np.ones(2), np.ones(2, dtype=bool))
    assert calibration.expected_error == 0
    assert calibration.counts[NUM_BINS - 1] == 2
    assert np.isnan(calibration.accuracy[0])


def test_bins_agree_with_scikit_learn():
    generator = np.random.default_rng(0)
    probabilities = generator.dirichlet(np.full(10, 0.2), size=3000)
    labels = np.array([generator.choice(10, p=row) for row in probabilities])
    correct = probabilities.argmax(axis=1) == labels
    calibration = measure_calibration(probabilities.max(axis=1), correct)
    accuracy, confidence = calibration_curve(
        correct, probabilities.max(axis=1), n_bins=NUM_BINS, strategy="uniform"
    )
    filled = calibration.counts > 0
    assert calibration.accuracy[filled] == pytest.approx(accuracy)
    assert calibration.confidence[filled] == pytest.approx(confidence)
    assert calibration.expected_error < 0.05
