"""Metrics, by hand and against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from fmnist_core.evaluation import metrics

GENERATOR = np.random.default_rng(0)
MANY_LABELS = GENERATOR.integers(0, 10, 500)
MANY_PREDICTIONS = np.where(
    GENERATOR.random(500) < 0.7, MANY_LABELS, GENERATOR.integers(0, 10, 500)
)
LABELS = np.array([6, 6, 6, 0])
PROBABILITIES = np.zeros((4, 10))
PROBABILITIES[0, [0, 6]] = 0.6, 0.4
PROBABILITIES[1, [0, 6]] = 0.9, 0.1
PROBABILITIES[2, [6, 0]] = 0.7, 0.3
PROBABILITIES[3, [0, 3, 6]] = 0.5, 0.2, 0.3


def test_confusion_matrix_by_hand():
    confusion = metrics.confusion_matrix(np.array([0, 0, 1, 9]), np.array([0, 1, 1, 0]))
    expected = np.zeros((10, 10), dtype=int)
    expected[0, 0] = expected[0, 1] = expected[1, 1] = expected[9, 0] = 1
    assert np.array_equal(confusion, expected)


def test_class_metrics_by_hand():
    confusion = np.zeros((10, 10), dtype=int)
    confusion[0, :2] = 3, 1
    confusion[1, :2] = 1, 5
    by_class = metrics.class_metrics(confusion)
    assert by_class["precision"][:3] == pytest.approx([3 / 4, 5 / 6, 0])
    assert by_class["recall"][:3] == pytest.approx([3 / 4, 5 / 6, 0])
    assert by_class["f1"][:3] == pytest.approx([3 / 4, 5 / 6, 0])
    assert list(by_class["support"][:3]) == [4, 6, 0]


def test_confusion_matrix_agrees_with_scikit_learn():
    ours = metrics.confusion_matrix(MANY_LABELS, MANY_PREDICTIONS)
    assert np.array_equal(ours, confusion_matrix(MANY_LABELS, MANY_PREDICTIONS))


def test_class_metrics_agree_with_scikit_learn():
    by_class = metrics.class_metrics(metrics.confusion_matrix(MANY_LABELS, MANY_PREDICTIONS))
    theirs = precision_recall_fscore_support(MANY_LABELS, MANY_PREDICTIONS)
    for name, values in zip(("precision", "recall", "f1", "support"), theirs, strict=True):
        assert by_class[name] == pytest.approx(values)


def test_most_frequent_confusions_come_first():
    counts = np.diag(np.full(10, 50))
    counts[6, 0], counts[0, 6], counts[2, 4] = 112, 1, 7
    confusions = metrics.most_frequent_confusions(counts, limit=90)
    assert [(confusion.text, confusion.count) for confusion in confusions] == [
        ("Shirt predicted as T-shirt/top", 112),
        ("Pullover predicted as Coat", 7),
        ("T-shirt/top predicted as Shirt", 1),
    ]
    assert metrics.most_frequent_confusions(counts, limit=1) == confusions[:1]


def test_no_mistakes_no_confusions():
    assert metrics.most_frequent_confusions(np.eye(10, dtype=int), limit=5) == []


@pytest.mark.parametrize(
    ("label", "predicted", "indices"), [(6, 0, [1, 0]), (6, 6, [2]), (9, 0, [])]
)
def test_images_in_a_cell_most_confident_first(label, predicted, indices):
    in_cell = metrics.images_in_cell(
        PROBABILITIES, PROBABILITIES.argmax(axis=1), LABELS, label=label, predicted=predicted
    )
    assert list(in_cell) == indices


def test_top_classes():
    assert metrics.top_classes(PROBABILITIES[3], k=2) == [(0, 0.5), (6, 0.3)]


def test_normalized_rows_add_up_to_one_where_there_are_images():
    fractions = metrics.normalize_rows(np.array([[3, 1], [0, 0]]))
    assert fractions == pytest.approx(np.array([[0.75, 0.25], [0, 0]]))
