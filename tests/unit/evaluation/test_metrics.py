"""Metrics, by hand and against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from fmnist_core.evaluation import metrics

GENERATOR = np.random.default_rng(0)
LABELS = GENERATOR.integers(0, 10, 500)
ANSWERS = np.where(GENERATOR.random(500) < 0.7, LABELS, GENERATOR.integers(0, 10, 500))


def test_confusion_worked_by_hand():
    confusion = metrics.confusion_matrix(np.array([0, 0, 1, 9]), np.array([0, 1, 1, 0]))
    expected = np.zeros((10, 10), dtype=int)
    expected[0, 0] = expected[0, 1] = expected[1, 1] = expected[9, 0] = 1
    assert np.array_equal(confusion, expected)


def test_figures_worked_by_hand():
    confusion = np.zeros((10, 10), dtype=int)
    confusion[0, :2] = 3, 1
    confusion[1, :2] = 1, 5
    figures = metrics.class_figures(confusion)
    assert figures["precision"][:3] == pytest.approx([3 / 4, 5 / 6, 0])
    assert figures["recall"][:3] == pytest.approx([3 / 4, 5 / 6, 0])
    assert figures["f1"][:3] == pytest.approx([3 / 4, 5 / 6, 0])
    assert list(figures["support"][:3]) == [4, 6, 0]


def test_confusion_agrees_with_scikit_learn():
    ours = metrics.confusion_matrix(LABELS, ANSWERS)
    assert np.array_equal(ours, confusion_matrix(LABELS, ANSWERS))


def test_figures_agree_with_scikit_learn():
    figures = metrics.class_figures(metrics.confusion_matrix(LABELS, ANSWERS))
    theirs = precision_recall_fscore_support(LABELS, ANSWERS)
    for name, values in zip(("precision", "recall", "f1", "support"), theirs, strict=True):
        assert figures[name] == pytest.approx(values)
